"""What the programs of the story do, call by call."""

from datetime import UTC, datetime
from typing import Final

from scaptui.demo.process import (
    EAGAIN,
    ENOENT,
    MAP_ANONYMOUS,
    MAP_PRIVATE,
    MS,
    O_APPEND,
    O_CLOEXEC,
    O_CREAT,
    O_DIRECTORY,
    O_NONBLOCK,
    O_RDONLY,
    O_WRONLY,
    PROT_READ,
    PROT_WRITE,
    Process,
)

CERTIFICATE: Final = "/etc/nginx/certs/tls.crt"
SCRIPT: Final = b"""\
#!/bin/sh
# Tests the configuration first, so that a broken one is told before the port is taken.
set -u
echo "$0: testing the configuration"
if ! nginx -t -c /etc/nginx/nginx.conf; then
    echo "$0: configuration test failed, not starting" >&2
    exit 1
fi
exec "$@"
"""
NGINX_CONF: Final = b"""\
user  nginx;
worker_processes  auto;
error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;
events { worker_connections  1024; }
http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    access_log    /var/log/nginx/access.log;
    include       /etc/nginx/conf.d/*.conf;
}
"""
SITE_CONF: Final = b"""\
server {
    listen              443 ssl;
    server_name         shop.example.org;
    ssl_certificate     /etc/nginx/certs/tls.crt;
    ssl_certificate_key /etc/nginx/certs/tls.key;
    location / { proxy_pass http://orders:8080; }
}
"""
LIBC: Final = {"/lib/x86_64-linux-gnu/libc.so.6": 1_970_000}
NGINX_LIBRARIES: Final = {
    "/lib/x86_64-linux-gnu/libcrypt.so.1": 242_344,
    "/lib/x86_64-linux-gnu/libpcre2-8.so.0": 627_592,
    "/lib/x86_64-linux-gnu/libssl.so.3": 690_288,
    "/lib/x86_64-linux-gnu/libcrypto.so.3": 4_707_000,
    "/lib/x86_64-linux-gnu/libz.so.1": 125_312,
    **LIBC,
}
STDOUT: Final = 1
STDERR: Final = 2


def clock_text(at: int, form: str) -> str:
    """A time of the story as programs write it into their logs."""
    return datetime.fromtimestamp(at // 1_000_000_000, UTC).strftime(form)


def shell_begins(shell: Process, script: str) -> None:
    """A shell starts, and reads its script through a descriptor out of the way."""
    shell.load(LIBC)
    shell.pause(MS)
    shell.other_call("getpid")
    shell.other_call("rt_sigaction")
    fd = shell.open(script, O_RDONLY)
    shell.call("fcntl", 10, us=0.8, fd=fd, cmd=1, arg=10)  # F_DUPFD
    shell.open_fds.add(10)
    shell.close(fd)
    shell.call("fcntl", 0, us=0.6, fd=10, cmd=3, arg=1)  # F_SETFD, close on exec
    shell.read(10, SCRIPT, size=8192)


def nginx_tests_its_configuration(nginx: Process) -> bytes:
    """Nginx reads its configuration, misses a certificate, says so (the answer) and gives up."""
    nginx.load(NGINX_LIBRARIES)
    nginx.pause(3 * MS)
    nginx.map(262_144, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
    nginx.slurp("/etc/localtime", b"TZif2" + bytes(109))
    nginx.other_call("getpid")
    log = nginx.open("/var/log/nginx/error.log", O_WRONLY | O_CREAT | O_APPEND)
    nginx.slurp("/etc/ssl/openssl.cnf", b"# OpenSSL configuration\nopenssl_conf = default_conf\n")
    conf = nginx.open("/etc/nginx/nginx.conf", O_RDONLY)
    nginx.call("fstat", 0, us=0.7, fd=conf)
    nginx.call("pread", len(NGINX_CONF), fd=conf, size=len(NGINX_CONF), pos=0, data=NGINX_CONF)
    nginx.call("geteuid", 0, us=0.4)
    types = nginx.open("/etc/nginx/mime.types", O_RDONLY)
    nginx.call("fstat", 0, us=0.7, fd=types)
    first = b"\ntypes {\n    text/html                             html htm shtml;\n"
    nginx.call("pread", 5349, us=3, fd=types, size=5349, pos=0, data=first.ljust(5349))
    nginx.close(types)
    folder = nginx.open("/etc/nginx/conf.d", O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC)
    nginx.call("fstat", 0, us=0.7, fd=folder)
    nginx.call("getdents64", 88, us=6, fd=folder)
    nginx.call("getdents64", 0, us=0.5, fd=folder)
    nginx.close(folder)
    site = nginx.open("/etc/nginx/conf.d/default.conf", O_RDONLY)
    nginx.call("fstat", 0, us=0.7, fd=site)
    nginx.call("pread", len(SITE_CONF), fd=site, size=len(SITE_CONF), pos=0, data=SITE_CONF)
    nginx.pause(5 * MS)
    nginx.open(CERTIFICATE, O_RDONLY, error=ENOENT)
    reason = (
        f'cannot load certificate "{CERTIFICATE}": BIO_new_file() failed '
        "(SSL: error:80000002:system library::No such file or directory:"
        f"calling fopen({CERTIFICATE}, r) error:10000080:BIO routines::no such file)"
    )
    stamp = clock_text(nginx.now, "%Y/%m/%d %H:%M:%S")
    nginx.write(log, f"{stamp} [emerg] {nginx.vpid}#{nginx.vpid}: {reason}\n".encode(), us=14)
    told = [
        f"nginx: [emerg] {reason}\n".encode(),
        b"nginx: configuration file /etc/nginx/nginx.conf test failed\n",
    ]
    for line in told:
        nginx.write(STDERR, line)
    nginx.close(site)
    nginx.close(conf)
    nginx.exit(1, reaper=0)
    return b"".join(told)


def entrypoint_fails(shell: Process, nginx_pid: int) -> list[tuple[str, bytes]]:
    """The entrypoint script of the image. Answers what it and nginx wrote: stream and text."""
    shell_begins(shell, "/docker-entrypoint.sh")
    hello = b"/docker-entrypoint.sh: testing the configuration\n"
    shell.write(STDOUT, hello)
    for folder in ("/usr/local/sbin", "/usr/local/bin"):
        shell.call("stat", ENOENT, us=3, path=f"{folder}/nginx")
    shell.call("stat", 0, us=3, path="/usr/sbin/nginx")
    nginx = shell.fork(nginx_pid, vpid=7)
    nginx.exec("/usr/sbin/nginx", ["nginx", "-t", "-c", "/etc/nginx/nginx.conf"])
    told = nginx_tests_its_configuration(nginx)
    shell.wait_for(nginx)
    bye = b"/docker-entrypoint.sh: configuration test failed, not starting\n"
    shell.write(STDERR, bye)
    shell.exit(1, reaper=0)
    return [("stdout", hello), ("stderr", told), ("stderr", bye)]


def drain(reader: Process, fd: int, data: bytes) -> None:
    """Read what is in a pipe, until it would wait."""
    reader.read(fd, data, size=32_768)
    reader.call("read", EAGAIN, us=0.9, fd=fd, size=32_768, data=b"")
