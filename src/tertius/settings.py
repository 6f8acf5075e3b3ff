"""One table of limits: every bound the software keeps, by name, with its unit in the name.

Limits bound memory and time and never change a result that is within them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tertius.errors import UnknownNameError

__all__ = ["SETTINGS", "Setting", "limit"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One limit.

    Attributes
    ----------
    name : str
        Name, ending in its unit.
    value : int
        The bound.
    help : str
        One sentence: what it bounds and why.
    """

    name: str
    value: int
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("max_actor_name_chars", 400, "Longest actor name that is looked up."),
    Setting("max_case_bytes", 1_000_000, "Largest case file that is read."),
    Setting("max_line_bytes", 1_000_000, "Longest line of a raw event file; longer is rejected."),
    Setting("max_table_bytes", 4_000_000_000, "Largest plain table read in one piece."),
    Setting("max_inflated_bytes", 2_147_483_648, "Most bytes a gzip or a zip member unpacks to."),
    Setting("max_inflate_ratio", 200, "Most unpacked bytes for each byte of an archive."),
    Setting("max_archive_bytes", 8_589_934_592, "Most bytes all members of a zip unpack to."),
    Setting("max_archive_members_count", 10_000, "Most members of one zip archive."),
    Setting("max_archive_directory_bytes", 16_777_216, "Largest directory of a zip archive."),
    Setting("max_whole_member_bytes", 67_108_864, "Largest archive member read in one piece."),
    Setting("ingest_piece_bytes", 33_554_432, "Bytes of a raw file that are parsed at once."),
    Setting("ingest_batch_bytes", 29_360_128, "Bytes of small files that are parsed together."),
    Setting("ingest_slice_count", 2_000, "Files taken in one by one that are listed at a time."),
    Setting("segment_rows_count", 400_000, "Rows of small files that make a segment."),
    Setting("hash_on_read_bytes", 268_435_456, "Most segment bytes hashed before a first read."),
    Setting("compact_rows_count", 1_000_000, "Most rows of a segment that others are merged into."),
    Setting("max_index_bytes", 536_870_912, "Largest list of files a publisher may send."),
    Setting("max_download_bytes", 8_589_934_592, "Largest file fetched whose size is not told."),
    Setting("fetch_attempts_count", 5, "Attempts at a file that bring no new bytes."),
    Setting("fetch_backoff_seconds", 60, "Longest pause between attempts we choose ourselves."),
    Setting("fetch_retry_after_seconds", 300, "Longest pause a server may ask of a fetch."),
    Setting("fetch_stall_seconds", 30, "Longest wait for the next bytes of a download."),
    Setting("fetch_file_seconds", 7_200, "Longest time one file may take to download."),
    Setting("fetch_batch_bytes", 67_108_864, "Downloaded bytes that are ingested at once."),
    Setting("fetch_batch_count", 500, "Most downloaded files that are ingested at once."),
    Setting("fetch_unreachable_count", 20, "Unreachable files in a row that end the downloads."),
    Setting("fetch_index_seconds", 86_400, "Age up to which a cached index is used unasked."),
    Setting("max_event_days", 1_100, "Longest event of a covariate file; longer is rejected."),
    Setting("panel_piece_rows", 20_000_000, "Rows of events summed to a panel at once."),
    Setting("max_patrons_count", 8, "Most patrons the exact static core solves."),
    Setting("max_policies_count", 20_000, "Most policies in one game."),
    Setting("solve_chunk_bytes", 64_000_000, "Working memory of one chunk of games."),
    Setting("max_brief_bytes", 1_000_000, "Largest brief that is written as one HTML file."),
)

_BY_NAME = {setting.name: setting.value for setting in SETTINGS}


def limit(name: str) -> int:
    """Return the limit called `name`.

    Raises
    ------
    UnknownNameError
        If there is no such limit.
    """
    if name not in _BY_NAME:
        raise UnknownNameError.of("setting", name, _BY_NAME)
    return _BY_NAME[name]
