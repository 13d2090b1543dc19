"""What goes well on the node meanwhile: a service asks redis, cron checks that redis answers."""

from dataclasses import dataclass
from typing import Final

from scaptui.demo.cluster import ORDERS_PORT, PATH, REDIS_PORT, Node
from scaptui.demo.encoding import inet_address, inet_tuple
from scaptui.demo.process import MS, SECOND, US, Process
from scaptui.demo.programs import LIBC, clock_text

LOOPBACK: Final = "127.0.0.1"
ASK: Final = b"*2\r\n$4\r\nLLEN\r\n$13\r\norders:queued\r\n"
PING: Final = b"*1\r\n$4\r\nPING\r\n"
PONG: Final = b"+PONG\r\n"
CLIENT_FD: Final = 8  # redis' end of the service's connection
CHECK_PORT: Final = 41_520  # where the first check comes from
CHECK_PID: Final = 5_210
ASK_EVERY: Final = 5 * SECOND


@dataclass(slots=True)
class _Redis:
    """Redis serves one event after the other and wakes once a second for its own chores."""

    process: Process

    def idle_until(self, at: int) -> None:
        """Wait for events until one arrives, with its timer's ticks before."""
        process = self.process
        while process.now + SECOND < at:
            process.call("epoll_wait", 0, us=60, until=process.now + SECOND, maxevents=10128)
            process.pause(25 * US)
        process.call("epoll_wait", 1, us=20, until=at, maxevents=10128)

    def answer(self, fd: int, question: bytes, answer: bytes) -> None:
        """Read a command, write the reply."""
        self.process.read(fd, question, size=16_384)
        self.process.pause(9 * US)
        self.process.write(fd, answer, us=22)


def background(node: Node, start: int, end: int) -> None:
    """All of it, from the start of the recording to its end."""
    redis = _Redis(node.redis)
    asks = list(range(start + 2_300 * MS, end, ASK_EVERY))
    checks = list(range(start + 60 * SECOND, end, 60 * SECOND))
    for at in sorted([*asks, *checks]):
        if at in checks:
            _check(node, redis, checks.index(at), at)
        else:
            _ask(node.orders, redis, asks.index(at), at)


def _ask(orders: Process, redis: _Redis, number: int, at: int) -> None:
    """The service asks how long the queue is and writes it down."""
    queued = f":{(number * 7) % 5}\r\n".encode()
    orders.call("nanosleep", 0, us=70, until=at, interval=ASK_EVERY)
    ends = inet_tuple((LOOPBACK, ORDERS_PORT), (LOOPBACK, REDIS_PORT))
    orders.call("sendto", len(ASK), us=28, fd=4, size=len(ASK), data=ASK, tuple=ends)
    redis.idle_until(orders.now)
    redis.answer(CLIENT_FD, ASK, queued)
    orders.call(
        "recvfrom", len(queued), us=6, until=redis.process.now, fd=4, size=65_536, data=queued,
        tuple=ends,
    )  # fmt: skip
    stamp = clock_text(orders.now, "%Y-%m-%d %H:%M:%S")
    orders.write(3, f"{stamp} INFO {queued[1:-2].decode()} orders queued\n".encode())


def _check(node: Node, redis: _Redis, number: int, at: int) -> None:
    """Cron runs its job of the minute."""
    cron = node.cron
    cron.call("nanosleep", 0, us=90, until=at, interval=60 * SECOND)
    for path in ("/var/spool/cron/crontabs", "/etc/crontab", "/etc/cron.d"):
        cron.call("stat", 0, us=4, path=path)
    job = cron.fork(CHECK_PID + 31 * number)
    job.exec(
        "/bin/sh", ["/bin/sh", "-c", "exec redis-cli ping"],
        env=["PATH=" + PATH, "SHELL=/bin/sh"], exepath="/usr/bin/dash",
    )  # fmt: skip
    job.load(LIBC)
    job.exec("/usr/bin/redis-cli", ["redis-cli", "ping"])
    job.load({"/lib/x86_64-linux-gnu/libssl.so.3": 690_288, **LIBC})
    port = CHECK_PORT + 18 * number
    ends = inet_tuple((LOOPBACK, port), (LOOPBACK, REDIS_PORT))
    server = inet_address(LOOPBACK, REDIS_PORT)
    fd = job.call("socket", job.lowest_free(), us=7, domain=2, type=1, proto=6)
    job.call("connect", 0, us=65, fd=fd, addr=server, tuple=ends)
    redis.idle_until(job.now)
    accepted = redis.process.call("accept", redis.process.lowest_free(), us=9, tuple=ends)
    redis.process.open_fds.add(accepted)
    job.write(fd, PING, us=19)
    redis.idle_until(job.now)
    redis.answer(accepted, PING, PONG)
    job.call("read", len(PONG), us=4, until=redis.process.now, fd=fd, size=16_384, data=PONG)
    job.write(1, b"PONG\n")
    job.exit(0, reaper=0)
    redis.idle_until(job.now)
    redis.process.read(accepted, b"", size=16_384)
    redis.process.close(accepted)
    cron.signalled(job, 17)
    cron.wait_for(job)
