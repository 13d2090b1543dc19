"""What system calls and events are for, in a few words."""

from typing import Final

_WORDS: Final = """
accept|take the next connection of a listening socket
access|may this path be read, written or run?
arch_prctl|set registers of the processor for this thread
bind|give a socket its own address
brk|move the end of the heap
capset|change what a thread is permitted
chdir|change the working directory
chmod|change who may read, write or run a file
chown|change the owner of a file
chroot|change the root directory
clock_nanosleep|sleep for a time
clone|start a process or a thread; it returns in both
close|give a descriptor back
connect|give a socket its peer
copy_file_range|copy between files inside the kernel
dup|give a descriptor a second number
epoll_create|make a set of descriptors to wait for
epoll_ctl|change a set of descriptors to wait for
epoll_wait|wait for one of a set of descriptors
eventfd|make a counter that can be waited for
execve|run another program in this process
exit|end this thread
exit_group|end all threads of this process
fallocate|reserve or free parts of a file
fcntl|change or ask the flags of a descriptor
flock|lock a file
fork|start a process as a copy of this one
fstat|ask about an open file
fsync|write a file through to its disk
ftruncate|cut or lengthen an open file
futex|wait for a lock, or wake who waits for it
getcwd|ask for the working directory
getdents|list a directory
getpeername|ask for the address of the peer
getpid|ask for the process id
getrandom|get random bytes
getsockname|ask for the socket's own address
getsockopt|ask for an option of a socket
getuid|ask for the user id
inotify_add_watch|watch a file for changes
ioctl|ask something special of a device
io_uring_enter|submit work to a ring, or wait for it
kill|send a signal to a process
link|give a file a second name
listen|let a socket take connections
lseek|move the place of reading and writing
madvise|tell how memory will be used
mkdir|make a directory
mmap|map a file or new memory
mount|mount a file system
mprotect|change what may be done with memory
mremap|move or resize mapped memory
munmap|take mapped memory away
nanosleep|sleep for a time
open|open a file
pipe|make a pipe
poll|wait for descriptors
prctl|change settings of this thread
pread|read at a place
prlimit|ask or change limits of resources
procexit|a thread or process has ended
pselect|wait for descriptors
ptrace|watch or control another process
pwrite|write at a place
read|read from a descriptor
readlink|ask where a symbolic link leads
recvfrom|receive from a socket
recvmsg|receive from a socket, with descriptors beside the data
rename|rename or move a file
rmdir|remove an empty directory
rseq|let the kernel restart short sequences
rt_sigaction|say what a signal does
rt_sigprocmask|hold signals back, or let them through
rt_sigreturn|come back from a signal's handler
rt_sigsuspend|wait for a signal
rt_sigtimedwait|wait for a signal, not forever
sched_yield|let others run
select|wait for descriptors
sendfile|send a file through a socket inside the kernel
sendmsg|send through a socket, with descriptors beside the data
sendto|send through a socket
set_robust_list|tell the kernel of locks to free at the end
set_tid_address|tell the kernel where to clear the thread id
setgid|change the group
setns|enter a namespace
setpgid|change the process group
setsid|begin a session
setsockopt|set an option of a socket
setuid|change the user
shutdown|close one or both directions of a connection
sigaltstack|give signal handlers a stack of their own
signaldeliver|a signal reaches a thread
socket|make a socket
socketpair|make two sockets joined to each other
splice|move data between a pipe and a descriptor inside the kernel
stat|ask about a file
statfs|ask about a file system
statx|ask about a file
switch|the processor goes on with another thread
symlink|make a symbolic link
sysinfo|ask about memory and load
tgkill|send a signal to a thread
timerfd_create|make a timer that can be waited for
umask|change which permissions new files lack
umount|take a mounted file system away
uname|ask for the names of host and kernel
unlink|remove a name of a file
unshare|leave a namespace for a new one
vfork|start a process that borrows this one's memory
wait4|wait for a child to end
waitid|wait for a child to end
write|write to a descriptor
""".strip()
_MEANINGS: Final = dict(line.split("|", 1) for line in _WORDS.splitlines())
# Newer versions of a call: openat, openat2, clone3, dup2, preadv2.
_SUFFIXES: Final = ("at2", "at", "v2", "v", "64", "2", "3", "4", "1")
_FORMS: Final = {
    "fchmod": "chmod",
    "fchmodat": "chmod",
    "fchown": "chown",
    "fchownat": "chown",
    "fchdir": "chdir",
    "faccessat": "access",
    "faccessat2": "access",
    "fdatasync": "fsync",
    "fstatfs": "statfs",
    "lchown": "chown",
    "lstat": "stat",
    "truncate": "ftruncate",
    "newfstatat": "stat",
    "epoll_pwait": "epoll_wait",
    "epoll_pwait2": "epoll_wait",
    "pselect6": "pselect",
    "tkill": "tgkill",
    "sendmmsg": "sendmsg",
    "recvmmsg": "recvmsg",
    "ppoll": "poll",
    "readv": "read",
    "writev": "write",
}


def meaning(name: str) -> str:
    """What a call or event of this name is for; empty when that is not known."""
    if name in _MEANINGS:
        return _MEANINGS[name]
    if name in _FORMS:
        return _MEANINGS[_FORMS[name]]
    for suffix in _SUFFIXES:
        stem = name.removesuffix(suffix)
        if stem != name and stem in _MEANINGS:
            return _MEANINGS[stem]
    return ""
