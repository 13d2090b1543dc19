/* What the programs send and what they are told: the same layouts as in record.rs, plan.rs and load.rs of
 * src/recorder. */
#ifndef SCAPTUI_RECORDS_H
#define SCAPTUI_RECORDS_H

#include "kernel.h"

/* Kinds of records. */
enum {
	KIND_CALL = 0,	 /* a system call returned; carries the time it began where that is known */
	KIND_ENTER = 1,	 /* a system call began and left the cpu, or will not return */
	KIND_EXIT = 2,	 /* a thread ended: ret is its exit code */
	KIND_SIGNAL = 3, /* a signal was delivered: ret is its number, args[0] the sender */
	KIND_SWITCH = 4, /* another thread runs: args are next, major and minor faults, pages in all, resident, swapped */
	KIND_FAULT = 5,	 /* a page fault: args are address, instruction, error code */
	KIND_NAME = 6,	 /* what a process executes: a chunk with the number 0 */
};

/* Flags of records. */
enum {
	FLAG_FOREIGN = 1,    /* a call of the 32-bit or x32 interface: its number means something else */
	FLAG_ENTER_SENT = 2, /* the record of its beginning went before */
	FLAG_OTHER = 4,	     /* the process is not asked for: the event only changes state */
};

struct record {
	u64 time;  /* ns since boot */
	u64 enter; /* ns since boot, 0 where unknown or sent before */
	s64 ret;
	u32 tid, pid;
	u16 nr;
	u8 kind, flags;
	u16 lost; /* records of this cpu lost since the last that was sent; what does not fit comes with the next */
	u16 cpu;
	u64 args[6]; /* as many as the plan says; chunks behind the last */
};
#define RECORD_HEAD 40

/* Chunks behind a record: this head, the bytes, zeros up to a multiple of four. */
struct chunk {
	u16 length;
	u8 what;   /* index of the plan's operation, or one of the following */
	u8 status; /* 0 fine, 1 the pointer was bad, 2 the pointer was null */
};
enum {
	CHUNK_NAME = 8,	    /* msghdr: the address */
	CHUNK_CONTROL = 9,  /* msghdr: control data */
	CHUNK_SOCKET = 10,  /* struct socket_info, then a path */
	CHUNK_FILE = 11,    /* struct file_info */
	CHUNK_MEMORY = 12,  /* struct memory_info */
	CHUNK_TASK = 13,    /* struct task_info */
	CHUNK_ARGUMENTS = 14,
	CHUNK_ENVIRONMENT = 15,
	CHUNK_PATH = 16,       /* of an executable or a file, last component first */
	CHUNK_CGROUP = 17,     /* subsystem, then path, last component first */
	CHUNK_QUEUE = 18,      /* struct queue_info */
	CHUNK_PAIR = 19,       /* two u64: addresses of both sockets */
	CHUNK_ARGV = 20,       /* of a failed exec: arguments from the array */
	CHUNK_MESSAGE = 21,    /* bytes of one of several messages; its own chunks follow */
	CHUNK_GIVEN = 22,      /* struct given_info: a descriptor that came with a message */
	CHUNK_GIVEN_PATH = 23, /* of the file behind it, or of */
	CHUNK_GIVEN_SOCKET = 24,
};
enum { STATUS_FINE = 0, STATUS_FAULT = 1, STATUS_NULL = 2 };

struct socket_info {
	u16 family, type, protocol;
	u16 local_port, remote_port; /* both in host order */
	u16 state;
	u32 reserved2;
	u64 socket, peer;
	u8 local[16], remote[16];
};
struct file_info {
	u64 ino;
	u32 dev; /* the kernel's own encoding */
	u32 mode;
	u32 flags, fmode;
	u32 layer; /* of an overlay: 1 upper, 2 lower */
	u32 magic; /* of its file system */
};
struct given_info {
	s32 fd;
	u32 reserved;
	struct file_info file;
};
struct memory_info {
	u64 total, resident, swapped; /* pages */
};
struct queue_info {
	u32 length, most;
};
struct task_info {
	s32 parent, vtid, vpid, vpgid, pgid, sid;
	u32 uid, gid, loginuid, tty;
	u32 in_pidns, exe_flags; /* exe_flags: 1 overlay upper, 2 overlay lower */
	u64 fdlimit, major_faults, minor_faults;
	struct memory_info memory;
	u64 capabilities[3]; /* inheritable, permitted, effective */
	u64 exe_ino, exe_ctime, exe_mtime;
	u32 exe_mode, exe_uid, exe_gid, exe_links;
	u64 pidns_start; /* ns since boot */
	char comm[16];
};

/* What to do at a system call: one row for each number. */
enum {
	PLAN_WANTED = 1,
	PLAN_NOW = 2,	   /* send the beginning at once */
	PLAN_LIFE = 4,	   /* of every process, whatever the filter says */
	PLAN_PLAIN = 8,	   /* nothing to copy: the quick way */
	PLAN_PATH = 16,	   /* with the file behind a descriptor also its path */
	PLAN_GIVEN = 32,   /* only where descriptors came with it */
};
enum {
	EXTRA_SOCKET = 1,  /* the socket behind a descriptor */
	EXTRA_FILE = 2,	   /* the file behind a descriptor */
	EXTRA_MEMORY = 4,  /* sizes of the process */
	EXTRA_CLONE = 8,   /* the thread, its arguments and control groups */
	EXTRA_EXEC = 16,   /* the same, and environment and executable */
	EXTRA_QUEUE = 32,  /* the backlog of a listening socket */
	EXTRA_PAIR = 64,   /* two sockets whose descriptors are in memory */
	EXTRA_PIPE = 128,  /* a file whose descriptor is in memory */
};
enum {
	COPY_TEXT = 1,	      /* a string */
	COPY_BYTES = 2,	      /* a buffer, length in another argument or the result, up to the snap length */
	COPY_FIXED = 3,	      /* a structure of known size */
	COPY_ADDRESS = 4,     /* a socket address, length in another argument */
	COPY_ADDRESS_OUT = 5, /* a socket address, length where another argument points to */
	COPY_VECTOR = 6,      /* an array of buffers: total length, then bytes up to the snap length */
	COPY_MESSAGE = 7,     /* a message header: as a vector; name and control data in chunks of their own */
	COPY_LIST = 8,	      /* an array of elements of known size, number in another argument */
	COPY_MESSAGES = 9,    /* an array of message headers, each with the bytes that went; the result is their number */
};
enum { LENGTH_RESULT = 6 };

struct operation {
	u8 copy, argument;
	u8 length;	/* argument with the length, or LENGTH_RESULT */
	u8 at_enter;	/* already valid when the call begins */
	u16 size;	/* bytes of the structure or of one element */
};
struct plan {
	u8 flags, arguments, extra;
	u8 fd; /* argument with the descriptor for extras, or LENGTH_RESULT */
	u32 operations;
	struct operation operation[4];
};
#define CALLS 512

struct comm {
	char name[16];
};

enum { FILTER_PID = 1, FILTER_COMM = 2, FILTER_UID = 4, FILTER_CGROUP = 8 };
/* Where in the hierarchy a control group stands is not known: its ancestors are not all to be seen. */
#define ANY_LEVEL 0xFFFFFFFF
#define CGROUP_LEVELS 12
struct settings {
	u32 exclude[2]; /* processes never recorded */
	u32 snaplen;
	u32 filter;
	u32 pid;	  /* of a filter with one process, which is compared at once; else 0 */
	u32 cgroup_level; /* 0 is the root */
	u64 cgroup;	  /* with those below it */
	u32 enters, reserved;
	u64 newest_cgroup; /* groups made later are asked for, too; else 0 */
};
#endif
