"""Archives: zip and gzip read member by member, in bounded memory, never extracted."""

from __future__ import annotations

from tertius.events.archives.contents import member_blocks, member_bytes
from tertius.events.archives.entries import ArchiveMember
from tertius.events.archives.listings import archive_members

__all__ = ["ArchiveMember", "archive_members", "member_blocks", "member_bytes"]
