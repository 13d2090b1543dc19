/* Makes each of some eighty calls once, with arguments that tell calls apart. Works in the folder it is given. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

static char many[65536], buffer[256], other[64];

static void files(void)
{
	struct iovec out[2] = {{"first ", 6}, {"second", 6}}, in[2] = {{buffer, 5}, {other, 60}};
	struct stat status;
	char longest[301];

	memset(many, 'z', sizeof(many));
	memset(longest, 'x', 300);
	longest[300] = 0;
	int fd = CALL(openat, AT_FDCWD, "made", O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0640);
	CALL(open, "/nonexistent/file", O_WRONLY | O_APPEND | O_NONBLOCK, 0);
	CALL(openat, AT_FDCWD, longest, O_RDONLY, 0);
	CALL(openat, AT_FDCWD, (char *)8, O_RDONLY, 0);
	CALL(creat, "created", 0600);
	CALL(write, fd, "hello world\n", 12);
	CALL(write, fd, many, sizeof(many));
	CALL(pwrite64, fd, "over", 4, 6);
	CALL(writev, fd, out, 2);
	CALL(lseek, fd, 0, SEEK_SET);
	CALL(read, fd, buffer, 12);
	CALL(read, fd, (char *)8, 5);
	CALL(read, 77, buffer, 5);
	CALL(pread64, fd, buffer, 4, 6);
	CALL(readv, fd, in, 2);
	CALL(fstat, fd, &status);
	CALL(newfstatat, AT_FDCWD, "none", &status, AT_SYMLINK_NOFOLLOW);
	CALL(access, "made", R_OK | W_OK);
	CALL(faccessat, AT_FDCWD, "made", X_OK);
	CALL(chmod, "made", 0604);
	CALL(fchmod, fd, 0600);
	CALL(fchmodat, AT_FDCWD, "made", 0640);
	CALL(chown, "made", 0, 0);
	CALL(fchown, fd, 0, 0);
	CALL(rename, "made", "renamed");
	CALL(renameat, AT_FDCWD, "renamed", AT_FDCWD, "made");
	CALL(renameat2, AT_FDCWD, "made", AT_FDCWD, "again", RENAME_NOREPLACE);
	CALL(link, "again", "linked");
	CALL(linkat, AT_FDCWD, "again", AT_FDCWD, "twice", 0);
	CALL(symlink, "again", "symbolic");
	CALL(symlinkat, "again", AT_FDCWD, "another");
	CALL(readlink, "symbolic", buffer, 64);
	CALL(unlink, "twice");
	CALL(unlinkat, AT_FDCWD, "linked", 0);
	CALL(mkdir, "folder", 0755);
	CALL(mkdirat, AT_FDCWD, "second", 0700);
	CALL(rmdir, "folder");
	CALL(unlinkat, AT_FDCWD, "second", AT_REMOVEDIR);
	CALL(getcwd, buffer, sizeof(buffer));
	CALL(chdir, "/nonexistent");
	CALL(fchdir, 77);
	CALL(dup, fd);
	CALL(dup2, fd, 50);
	CALL(dup3, fd, 51, O_CLOEXEC);
	CALL(fcntl, fd, F_GETFD, 0);
	CALL(fcntl, fd, F_DUPFD_CLOEXEC, 60);
	CALL(flock, fd, LOCK_EX | LOCK_NB);
	CALL(fsync, fd);
	CALL(ftruncate, fd, 10);
	CALL(close, fd);
	CALL(close, -5);
	CALL(umount2, "/nonexistent", MNT_DETACH);
	CALL(mount, "none", "/nonexistent", "tmpfs", MS_RDONLY | MS_NOSUID, 0);
}

static void waits(void)
{
	int ends[2], ignored[2];
	struct pollfd polled[2];
	struct timespec time = {0, 1000};
	unsigned word = 5;

	CALL(pipe2, ends, O_CLOEXEC);
	CALL(pipe, ignored);
	polled[0] = (struct pollfd){ends[0], POLLIN, 0};
	polled[1] = (struct pollfd){ends[1], POLLOUT, 0};
	CALL(poll, polled, 2, 50);
	CALL(eventfd2, 7, EFD_NONBLOCK);
	CALL(timerfd_create, CLOCK_MONOTONIC, 0);
	CALL(inotify_init1, IN_CLOEXEC);
	CALL(epoll_create1, EPOLL_CLOEXEC);
	CALL(memfd_create, "store", MFD_CLOEXEC);
	CALL(nanosleep, &time, 0);
	CALL(futex, &word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static void sockets(void)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int fd, pair[2], one = 1;
	socklen_t length = sizeof(one);

	fd = CALL(socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CALL(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	CALL(getsockopt, fd, SOL_SOCKET, SO_ERROR, &one, &length);
	CALL(connect, fd, &v4, sizeof(v4));
	fd = CALL(socket, AF_INET6, SOCK_STREAM, 0);
	CALL(connect, fd, &v6, sizeof(v6));
	fd = CALL(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CALL(bind, fd, &path, sizeof(path));
	CALL(listen, fd, 5);
	CALL(accept4, fd, 0, 0, SOCK_CLOEXEC);
	CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, pair);
	CALL(sendto, pair[0], "to the other", 12, MSG_NOSIGNAL, 0, 0);
	CALL(recvfrom, pair[1], buffer, 64, MSG_DONTWAIT, 0, 0);

	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec parts[2] = {{"one ", 4}, {"message", 7}}, room = {buffer, 64};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = control, .msg_controllen = sizeof(control)};
	struct msghdr received = {.msg_iov = &room, .msg_iovlen = 1};

	CMSG_FIRSTHDR(&message)->cmsg_level = SOL_SOCKET;
	CMSG_FIRSTHDR(&message)->cmsg_type = SCM_RIGHTS;
	CMSG_FIRSTHDR(&message)->cmsg_len = CMSG_LEN(sizeof(int));
	*(int *)CMSG_DATA(CMSG_FIRSTHDR(&message)) = pair[0];
	CALL(sendmsg, pair[0], &message, 0);
	CALL(recvmsg, pair[1], &received, 0);
	CALL(shutdown, pair[0], SHUT_WR);
}

static void processes(void)
{
	struct rlimit limit = {1000, 2000};

	CALL(kill, getpid(), 0);
	CALL(tgkill, getpid(), getpid(), 0);
	CALL(getrlimit, RLIMIT_NOFILE, &limit);
	CALL(prlimit64, 0, RLIMIT_CORE, 0, &limit);
	CALL(prctl, PR_SET_NAME, "renamed");
	CALL(getuid);
	CALL(geteuid);
	CALL(getgid);
	CALL(getegid);
	CALL(setpgid, 0, -1);
	CALL(setuid, 0);
	CALL(setgid, 0);
	CALL(unshare, CLONE_FILES);
	CALL(getppid);
	char *place = (char *)CALL(mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CALL(mprotect, place, 4096, PROT_READ);
	CALL(munmap, place, 8192);
	CALL(execve, "/nonexistent/program", (char *[]){"program", "one", 0}, (char *[]){0});
}

int main(int count, char **arguments)
{
	if (count < 2 || chdir(arguments[1]))
		return 1;
	files();
	waits();
	sockets();
	processes();
	return 7;
}
