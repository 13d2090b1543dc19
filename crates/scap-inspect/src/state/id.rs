//! Event type ids that the core knows by name. Without a suffix a name means the exit event.

macro_rules! ids {
    ($($name:ident = $id:literal, $called:literal;)*) => {
        $(pub(crate) const $name: u16 = $id;)*

        #[cfg(test)]
        const ALL: &[(u16, &str)] = &[$(($id, $called)),*];
    };
}

ids! {
    SYSCALL_ENTER = 0, "syscall";
    SYSCALL = 1, "syscall";
    OPEN_ENTER = 2, "open";
    OPEN = 3, "open";
    CLOSE = 5, "close";
    READ = 7, "read";
    WRITE = 9, "write";
    PROCEXIT_OLD = 16, "procexit";
    SOCKET = 19, "socket";
    BIND = 21, "bind";
    CONNECT_ENTER = 22, "connect";
    CONNECT = 23, "connect";
    SEND = 29, "send";
    SENDTO = 31, "sendto";
    RECV = 33, "recv";
    RECVFROM = 35, "recvfrom";
    SHUTDOWN = 37, "shutdown";
    SOCKETPAIR = 43, "socketpair";
    GETSOCKOPT = 47, "getsockopt";
    SENDMSG = 49, "sendmsg";
    SENDMMSG = 51, "sendmmsg";
    RECVMSG = 53, "recvmsg";
    RECVMMSG = 55, "recvmmsg";
    CREAT_ENTER = 58, "creat";
    CREAT = 59, "creat";
    PIPE = 61, "pipe";
    EVENTFD = 63, "eventfd";
    GETCWD = 93, "getcwd";
    CHDIR = 95, "chdir";
    FCHDIR = 97, "fchdir";
    SIGNALFD = 127, "signalfd";
    TIMERFD_CREATE = 137, "timerfd_create";
    INOTIFY_INIT = 139, "inotify_init";
    GETRLIMIT = 141, "getrlimit";
    SETRLIMIT = 143, "setrlimit";
    PRLIMIT = 145, "prlimit";
    SWITCH_OLD = 146, "switch";
    DROP_ENTER = 148, "drop";
    DROP = 149, "drop";
    FCNTL = 151, "fcntl";
    SWITCH = 152, "switch";
    BRK = 159, "brk";
    MMAP = 161, "mmap";
    MMAP2 = 163, "mmap2";
    MUNMAP = 165, "munmap";
    PROCEXIT = 186, "procexit";
    SETRESUID = 193, "setresuid";
    SETRESGID = 195, "setresgid";
    SETUID = 199, "setuid";
    SETGID = 201, "setgid";
    CLONE = 223, "clone";
    FORK = 225, "fork";
    VFORK = 227, "vfork";
    CONTAINER = 228, "container";
    PROCINFO = 234, "procinfo";
    SETNS = 241, "setns";
    ACCEPT = 247, "accept";
    CHROOT = 267, "chroot";
    CONTAINER_JSON = 272, "container";
    SETSID = 275, "setsid";
    UNSHARE = 285, "unshare";
    INFRA = 286, "infra";
    EXECVE_ENTER = 292, "execve";
    EXECVE = 293, "execve";
    OPENAT_ENTER = 306, "openat";
    OPENAT = 307, "openat";
    USERFAULTFD = 321, "userfaultfd";
    CONTAINER_JSON_2 = 324, "container";
    OPENAT2_ENTER = 326, "openat2";
    OPENAT2 = 327, "openat2";
    EXECVEAT_ENTER = 330, "execveat";
    EXECVEAT = 331, "execveat";
    CLONE3 = 335, "clone3";
    OPEN_BY_HANDLE_AT = 337, "open_by_handle_at";
    IO_URING_SETUP = 339, "io_uring_setup";
    CAPSET = 353, "capset";
    USER_ADDED = 354, "useradded";
    USER_DELETED = 356, "userdeleted";
    GROUP_ADDED = 358, "groupadded";
    GROUP_DELETED = 360, "groupdeleted";
    DUP2 = 363, "dup2";
    DUP3 = 365, "dup3";
    DUP = 367, "dup";
    BPF = 369, "bpf";
    EPOLL_CREATE = 375, "epoll_create";
    EPOLL_CREATE1 = 377, "epoll_create1";
    ACCEPT4 = 389, "accept4";
    PIPE2 = 393, "pipe2";
    INOTIFY_INIT1 = 395, "inotify_init1";
    EVENTFD2 = 397, "eventfd2";
    SIGNALFD4 = 399, "signalfd4";
    PRCTL = 401, "prctl";
    ASYNC = 402, "asyncevent";
    MEMFD_CREATE = 405, "memfd_create";
    PIDFD_GETFD = 407, "pidfd_getfd";
    PIDFD_OPEN = 409, "pidfd_open";
    NEWFSTATAT = 419, "newfstatat";
    SETREUID = 427, "setreuid";
    SETREGID = 429, "setregid";
    CLOSE_RANGE = 451, "close_range";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_its_row_in_the_event_table() {
        for (id, called) in ALL {
            assert_eq!(scap_format::tables::event_info(*id).map(|info| info.name), Some(*called), "{id}");
        }
    }
}
