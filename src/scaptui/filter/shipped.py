"""Filters that everybody has: those Stratoshark has buttons for, in Wireshark's dialect."""

from typing import Final, NamedTuple


class Shipped(NamedTuple):
    """A filter with a name.

    Attributes:
        name: As it is asked for, without the `@`.
        text: The filter.
        doc: What it selects.
    """

    name: str
    text: str
    doc: str


_OPENS: Final = 'evt.type in {"open", "openat", "openat2", "creat", "open_by_handle_at"}'
_EXECUTES: Final = 'evt.type in {"execve", "execveat"}'
_SHELLS: Final = 'proc.pname in {"bash", "zsh", "tcsh", "ksh", "fish"}'
_FOLDERS: Final = ("bin", "sbin", "boot", "etc", "lib", "usr/bin", "usr/sbin", "usr/share")
_IN_FOLDERS: Final = " || ".join(f'fd.name matches "^/{folder}/"' for folder in _FOLDERS)

SHIPPED: Final = (
    Shipped("cmd", _EXECUTES, "commands executed"),
    Shipped(
        "cmd-interactive",
        f'{_EXECUTES} && evt.dir == "<" && {_SHELLS}',
        "commands executed from a shell",
    ),
    Shipped("file", 'evt.category == "file"', "everything about files"),
    Shipped("file-opens", _OPENS, "files opened"),
    Shipped("file-opens-w", f"{_OPENS} && evt.is_open_write == True", "files opened for writing"),
    Shipped("file-io", 'evt.category == "file" && evt.is_io == True', "files read and written"),
    Shipped(
        "file-writes",
        'evt.category == "file" && evt.is_io == True && evt.is_io_write == True',
        "files written",
    ),
    Shipped("file-deletes", 'evt.type in {"unlink", "unlinkat", "rmdir"}', "files deleted"),
    Shipped(
        "file-symlinks",
        'evt.type in {"symlink", "symlinkat"} && evt.dir == "<"',
        "symbolic links made",
    ),
    Shipped("net", 'evt.category == "net"', "everything about the network"),
    Shipped("net-io", 'evt.category == "net" && evt.is_io == True', "data sent and received"),
    Shipped("net-outbound", 'evt.type == "connect"', "connections asked for by clients"),
    Shipped("net-inbound", 'evt.type in {"accept", "accept4"}', "connections taken by servers"),
    Shipped("net-ports", 'evt.type == "bind"', "ports and paths that servers bind"),
    Shipped("io", "evt.is_io == True", "all that is read or written"),
    Shipped("io-w", "evt.is_io == True && evt.is_io_write == True", "all that is written"),
    Shipped("falco", 'evt.type == "notification"', "notifications of Falco in the capture"),
    Shipped(
        "new-processes",
        'evt.type in {"clone", "clone3", "fork", "vfork"}',
        "processes and threads made",
    ),
    Shipped(
        "failed",
        'evt.failed == True && !(evt.res == "EAGAIN") && !(evt.res == "EALREADY")',
        "calls that failed, but for those that only had to wait",
    ),
    Shipped(
        "log-writes",
        'evt.is_io_write == True && evt.dir == "<" && (fd.name contains "/var/log"'
        ' || fd.name contains ".log" || fd.name contains "_log")',
        "writes to log files",
    ),
    Shipped(
        "system-writes",
        f'evt.is_io_write == True && evt.dir == "<" && ({_IN_FOLDERS}'
        ' || fd.name matches "^/usr/lib")',
        "writes to files of the system",
    ),
    Shipped("modules", 'evt.type in {"init_module", "finit_module"}', "kernel modules loaded"),
)
