"""The drawing engine's own process: specifications in, SVG out, until the input ends.

Run as a script, it loads nothing of this package. A message is its length in eight bytes,
big-endian, and then UTF-8; an answer begins with one more byte, 0 for SVG and 1 for an error.
"""

from __future__ import annotations

import sys

__all__: list[str] = []


def _serve(version: str) -> None:
    import vl_convert

    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # The first drawing starts the engine: that is done before anybody waits for it.
    vl_convert.vegalite_to_svg('{"mark": "point", "data": {"values": [{}]}}', vl_version=version)
    while len(head := source.read(8)) == 8:
        text = source.read(int.from_bytes(head, "big")).decode("utf-8")
        try:
            status, answer = 0, vl_convert.vegalite_to_svg(text, vl_version=version)
        except Exception as error:
            status, answer = 1, str(error)
        content = answer.encode("utf-8")
        sink.write(bytes([status]) + len(content).to_bytes(8, "big") + content)
        sink.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
