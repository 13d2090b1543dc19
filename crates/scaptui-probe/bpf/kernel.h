/* What the programs use of the kernel: helper functions by number and, of its structures, the fields that are read.
 * The loader moves every field to where the running kernel has it, so only names and types matter here, not order.
 * A name behind three underscores is another kernel version's form of the same structure. */
#ifndef SCAPTUI_KERNEL_H
#define SCAPTUI_KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;
typedef _Bool bool;

#define NULL ((void *)0)
#define SEC(name) __attribute__((section(name), used))
#define INLINE static __attribute__((always_inline)) inline
/* A function of its own: verified once, whoever calls it. Takes numbers only. */
#define GLOBAL __attribute__((noinline))

#define __uint(name, value) int(*name)[value]
#define __type(name, type) type *name

enum { MAP_HASH = 1, MAP_ARRAY = 2, MAP_RINGBUF = 27 };
enum { RING_NO_WAKEUP = 1 };

static void *(*map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*map_update_elem)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static long (*map_delete_elem)(void *map, const void *key) = (void *)3;
static u32 (*get_smp_processor_id)(void) = (void *)8;
static u64 (*get_current_pid_tgid)(void) = (void *)14;
static u64 (*get_current_uid_gid)(void) = (void *)15;
static long (*get_current_comm)(void *to, u32 size) = (void *)16;
static u64 (*get_current_task)(void) = (void *)35;
static long (*probe_read_user)(void *to, u32 size, const void *from) = (void *)112;
static long (*probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
static long (*probe_read_user_str)(void *to, u32 size, const void *from) = (void *)114;
static long (*probe_read_kernel_str)(void *to, u32 size, const void *from) = (void *)115;
static u64 (*get_current_cgroup_id)(void) = (void *)80;
static u64 (*get_current_ancestor_cgroup_id)(int level) = (void *)123;
static u64 (*ktime_get_boot_ns)(void) = (void *)125;
static long (*ringbuf_output)(void *ring, void *data, u64 size, u64 flags) = (void *)130;

/* The value of a field of a kernel structure that only an address is known of. */
#define READ(pointer, field)                                                                                           \
	({                                                                                                             \
		__typeof__(pointer) of_ = (pointer);                                                                   \
		__typeof__((pointer)->field) value_ = 0;                                                               \
		probe_read_kernel(&value_, sizeof(value_), __builtin_preserve_access_index(&of_->field));              \
		value_;                                                                                                \
	})
/* Several bytes of a field. */
#define READ_INTO(to, size, pointer, field)                                                                            \
	probe_read_kernel(to, size, __builtin_preserve_access_index(&(pointer)->field))
#define ADDRESS(pointer, field) ((u64)__builtin_preserve_access_index(&(pointer)->field))
#define FIELD_EXISTS(field) __builtin_preserve_field_info(field, 2)
#define FIELD_OFFSET(field) __builtin_preserve_field_info(field, 0)
#define TYPE_EXISTS(type) __builtin_preserve_type_info(*(__typeof__(type) *)0, 0)
#define TYPE_SIZE(type) __builtin_preserve_type_info(*(__typeof__(type) *)0, 1)

#define KERNEL __attribute__((preserve_access_index))

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r10, r9, r8, bx, dx, si, di, orig_ax, cs;
	unsigned long ip;
} KERNEL;
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	u64 regs[31];
	u64 orig_x0;
	s32 syscallno;
	u64 pstate;
} KERNEL;
#else
#error "no register layout for this architecture"
#endif

typedef struct {
	u32 val;
} KERNEL kuid_t;

struct thread_info {
	u32 status;
} KERNEL;

struct pid_namespace {
	struct task_struct *child_reaper;
	u32 level;
} KERNEL;
struct upid {
	int nr;
	struct pid_namespace *ns;
} KERNEL;
struct pid {
	u32 level;
	struct upid numbers[1];
} KERNEL;

struct rlimit {
	unsigned long rlim_cur;
} KERNEL;
struct tty_driver {
	int major, minor_start;
} KERNEL;
struct tty_struct {
	struct tty_driver *driver;
	int index;
} KERNEL;
typedef struct {
	int counter;
} KERNEL atomic_t;
struct signal_struct {
	atomic_t live;
	struct pid *pids[4];
	struct rlimit rlim[16];
	struct tty_struct *tty;
} KERNEL;

typedef struct {
	u32 cap[2];
} KERNEL kernel_cap_t;
struct cred {
	kuid_t euid, egid;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
} KERNEL;

struct qstr {
	const unsigned char *name;
} KERNEL;
struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
} KERNEL;
struct vfsmount {
	struct dentry *mnt_root;
} KERNEL;
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
} KERNEL;
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} KERNEL;
struct super_block {
	u32 s_dev;
	unsigned long s_magic;
} KERNEL;
struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
} KERNEL;
struct inode {
	u16 i_mode;
	kuid_t i_uid, i_gid;
	unsigned long i_ino;
	unsigned int i_nlink;
	struct super_block *i_sb;
} KERNEL;
struct inode___before_6_6 {
	struct timespec64 i_ctime, i_mtime;
} KERNEL;
struct inode___6_7 {
	struct timespec64 __i_ctime, __i_mtime;
} KERNEL;
struct inode___6_11 {
	s64 i_mtime_sec, i_ctime_sec;
	u32 i_mtime_nsec, i_ctime_nsec;
} KERNEL;
struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags, f_mode;
	void *private_data;
} KERNEL;
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} KERNEL;
struct files_struct {
	struct fdtable *fdt;
} KERNEL;

struct mm_struct {
	unsigned long total_vm, arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
} KERNEL;
struct mm_rss_stat {
	s64 count[4];
} KERNEL;
struct mm_struct___before_6_2 {
	struct mm_rss_stat rss_stat;
} KERNEL;
struct percpu_counter {
	s64 count;
} KERNEL;
struct mm_struct___6_2 {
	struct percpu_counter rss_stat[4];
} KERNEL;

struct kernfs_node {
	const char *name;
	u64 id;
} KERNEL;
struct kernfs_node___before_6_15 {
	struct kernfs_node *parent;
} KERNEL;
struct kernfs_node___6_15 {
	struct kernfs_node *__parent;
} KERNEL;
struct cgroup {
	struct kernfs_node *kn;
	struct cgroup_root *root;
} KERNEL;
struct cgroup_subsys {
	const char *name;
} KERNEL;
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys *ss;
} KERNEL;
struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
} KERNEL;

struct task_struct {
	struct thread_info thread_info;
	u32 flags;
	struct mm_struct *mm;
	int exit_code;
	int pid, tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	u64 start_time, start_boottime;
	unsigned long min_flt, maj_flt;
	struct cred *cred;
	char comm[16];
	struct files_struct *files;
	struct signal_struct *signal;
	kuid_t loginuid;
	struct css_set *cgroups;
} KERNEL;

struct in6_addr {
	u8 bytes[16];
};
struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	u16 skc_dport, skc_num;
	u16 skc_family;
	u8 skc_state;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
} KERNEL;
struct sock {
	struct sock_common __sk_common;
	u32 sk_ack_backlog, sk_max_ack_backlog;
	u16 sk_protocol;
} KERNEL;
struct socket {
	short type;
	struct sock *sk;
} KERNEL;
struct sockaddr_un {
	u16 sun_family;
	char sun_path[108];
} KERNEL;
struct unix_address {
	int len;
	struct sockaddr_un name[1];
} KERNEL;
struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
} KERNEL;

struct linux_binprm {
	const char *filename;
} KERNEL;

struct kernel_siginfo {
	int si_signo, si_errno, si_code;
	union {
		struct {
			int _pid;
		} _kill;
	} _sifields;
} KERNEL;

#endif
