/* Chunks about threads: who they are, their memory, control groups, what they execute. */
#ifndef SCAPTUI_TASKS_H
#define SCAPTUI_TASKS_H

#include "copy.h"

#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3
#define RLIMIT_NOFILE 7
#define LIST_MOST 4096

INLINE void memory_of(struct mm_struct *mm, struct memory_info *info)
{
	s64 part[4] = {};

	if (!mm)
		return;
	info->total = READ(mm, total_vm);
	if (TYPE_EXISTS(struct mm_rss_stat)) {
		READ_INTO(part, sizeof(part), (struct mm_struct___before_6_2 *)mm, rss_stat.count);
	} else {
		struct mm_struct___6_2 *new = (void *)mm;

		part[0] = READ(new, rss_stat[0].count);
		part[1] = READ(new, rss_stat[1].count);
		part[2] = READ(new, rss_stat[2].count);
		part[3] = READ(new, rss_stat[3].count);
	}
	/* File pages, anonymous pages, swapped, shared memory. Per-cpu sums may be a little below zero. */
	s64 resident = part[0] + part[1] + part[3];

	info->resident = resident < 0 ? 0 : resident;
	info->swapped = part[2] < 0 ? 0 : part[2];
}

INLINE void memory_chunk(struct scratch *scratch, struct mm_struct *mm)
{
	struct chunk *chunk = chunk_at(scratch);
	struct memory_info info = {};

	if (!chunk)
		return;
	memory_of(mm, &info);
	__builtin_memcpy(chunk + 1, &info, sizeof(info));
	close_chunk(scratch, chunk, CHUNK_MEMORY, STATUS_FINE, sizeof(info));
}

/* The id in the innermost namespace. */
INLINE struct upid *innermost(struct pid *pid, u32 level)
{
	return (void *)(ADDRESS(pid, numbers[0]) + (level & 31) * TYPE_SIZE(struct upid));
}
INLINE s32 virtual_id(struct pid *pid)
{
	return pid ? READ(innermost(pid, READ(pid, level)), nr) : -1;
}
INLINE s32 global_id(struct pid *pid)
{
	return pid ? READ((struct upid *)ADDRESS(pid, numbers[0]), nr) : -1;
}

INLINE u64 nanoseconds(s64 seconds, u64 nanos)
{
	return seconds * 1000000000ull + nanos;
}

INLINE void inode_times(struct inode *inode, u64 *changed, u64 *modified)
{
	if (FIELD_EXISTS(((struct inode___6_11 *)0)->i_ctime_sec)) {
		struct inode___6_11 *new = (void *)inode;

		*changed = nanoseconds(READ(new, i_ctime_sec), READ(new, i_ctime_nsec));
		*modified = nanoseconds(READ(new, i_mtime_sec), READ(new, i_mtime_nsec));
	} else if (FIELD_EXISTS(((struct inode___6_7 *)0)->__i_mtime)) {
		struct inode___6_7 *new = (void *)inode;

		*changed = nanoseconds(READ(new, __i_ctime.tv_sec), READ(new, __i_ctime.tv_nsec));
		*modified = nanoseconds(READ(new, __i_mtime.tv_sec), READ(new, __i_mtime.tv_nsec));
	} else if (FIELD_EXISTS(((struct inode___before_6_6 *)0)->i_ctime)) {
		struct inode___before_6_6 *old = (void *)inode;

		*changed = nanoseconds(READ(old, i_ctime.tv_sec), READ(old, i_ctime.tv_nsec));
		*modified = nanoseconds(READ(old, i_mtime.tv_sec), READ(old, i_mtime.tv_nsec));
	}
}

INLINE void executable_of(struct mm_struct *mm, struct task_info *info)
{
	struct file *file = mm ? READ(mm, exe_file) : NULL;
	struct inode *inode;

	if (!file)
		return;
	inode = READ(file, f_inode);
	info->exe_ino = READ(inode, i_ino);
	info->exe_mode = READ(inode, i_mode);
	info->exe_uid = READ(inode, i_uid.val);
	info->exe_gid = READ(inode, i_gid.val);
	info->exe_links = READ(inode, i_nlink);
	inode_times(inode, &info->exe_ctime, &info->exe_mtime);
	info->exe_flags = overlay_layer(inode, READ(READ(inode, i_sb), s_magic));
}

GLOBAL int task_chunk(u32 cpu, u64 task_at)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct task_struct *task = (void *)task_at, *leader;
	struct task_info *info;
	struct signal_struct *signal;
	struct cred *cred;
	struct chunk *chunk;
	struct mm_struct *mm;
	struct tty_struct *tty;
	struct pid *pid;

	if (!scratch)
		return 0;
	chunk = chunk_at(scratch);
	if (!chunk)
		return 0;
	info = (struct task_info *)(chunk + 1);
	__builtin_memset(info, 0, sizeof(*info));
	signal = READ(task, signal);
	cred = READ(task, cred);
	mm = READ(task, mm);
	leader = READ(task, group_leader);
	info->parent = READ(READ(task, real_parent), tgid);
	info->vpid = virtual_id(READ(leader, thread_pid));
	info->vpgid = virtual_id(READ(signal, pids[PIDTYPE_PGID]));
	info->pgid = global_id(READ(signal, pids[PIDTYPE_PGID]));
	info->sid = global_id(READ(signal, pids[PIDTYPE_SID]));
	pid = READ(task, thread_pid);
	info->vtid = virtual_id(pid);
	u32 level = READ(pid, level);

	info->in_pidns = level > 0;
	if (level) {
		struct pid_namespace *space = READ(innermost(pid, level), ns);
		struct task_struct *init = READ(space, child_reaper);

		info->pidns_start = READ(init, start_boottime);
	}
	info->uid = READ(cred, euid.val);
	info->gid = READ(cred, egid.val);
	READ_INTO(&info->capabilities[0], 8, cred, cap_inheritable);
	READ_INTO(&info->capabilities[1], 8, cred, cap_permitted);
	READ_INTO(&info->capabilities[2], 8, cred, cap_effective);
	info->loginuid = READ(task, loginuid.val);
	tty = READ(signal, tty);
	if (tty) {
		struct tty_driver *driver = READ(tty, driver);

		info->tty = READ(driver, major) << 20 | (READ(driver, minor_start) + READ(tty, index));
	}
	info->fdlimit = READ(signal, rlim[RLIMIT_NOFILE].rlim_cur);
	info->major_faults = READ(task, maj_flt);
	info->minor_faults = READ(task, min_flt);
	memory_of(mm, &info->memory);
	executable_of(mm, info);
	READ_INTO(info->comm, 16, task, comm);
	close_chunk(scratch, chunk, CHUNK_TASK, STATUS_FINE, sizeof(*info));
	return 0;
}

/* A control group: subsystem, then its path, last component first. */
#define GROUPS 16
GLOBAL int cgroup_chunk(u32 cpu, u64 name_at, u64 node_at)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct kernfs_node *node = (void *)node_at;
	struct chunk *chunk;
	u32 start, offset;
	long length;

	if (!scratch)
		return 0;
	start = scratch->offset;
	offset = start + sizeof(*chunk);
	if (offset > CHUNKS_END)
		return 0;
	HIDE(offset);
	offset &= 0xFFFF;
	length = probe_read_kernel_str(&scratch->bytes[offset], 64, (void *)name_at);
	if (length <= 0)
		return 0;
	scratch->offset = offset + length;
	for (u32 i = 0; i < GROUPS; i++) {
		struct kernfs_node *parent;

		if (FIELD_EXISTS(((struct kernfs_node___6_15 *)0)->__parent))
			parent = READ((struct kernfs_node___6_15 *)node, __parent);
		else
			parent = READ((struct kernfs_node___before_6_15 *)node, parent);
		offset = scratch->offset;
		if (!parent || offset > CHUNKS_END)
			break;
		HIDE(offset);
		offset &= 0xFFFF;
		length = probe_read_kernel_str(&scratch->bytes[offset], 256, READ(node, name));
		if (length > 0)
			scratch->offset += length;
		node = parent;
	}
	u32 size = scratch->offset - start - sizeof(*chunk);

	scratch->offset = start;
	chunk = chunk_at(scratch);
	if (chunk)
		close_chunk(scratch, chunk, CHUNK_CGROUP, STATUS_FINE, size);
	return 0;
}

#define SUBSYSTEMS 14
INLINE void cgroup_chunks(u32 cpu, struct task_struct *task)
{
	struct css_set *set = READ(task, cgroups);
	struct cgroup *whole = READ(set, dfl_cgrp);
	struct cgroup_root *root = READ(whole, root);

	for (u32 i = 0; i < SUBSYSTEMS; i++) {
		struct cgroup_subsys_state *state = NULL;
		struct cgroup *group;

		probe_read_kernel(&state, sizeof(state), (void *)(ADDRESS(set, subsys) + i * 8));
		if (!state)
			continue;
		group = READ(state, cgroup);
		/* In the unified hierarchy a thread is where it is, not where its subsystem is switched on. */
		if (READ(group, root) == root)
			group = whole;
		cgroup_chunk(cpu, (u64)READ(READ(state, ss), name), (u64)READ(group, kn));
	}
}

INLINE void range_chunk(struct scratch *scratch, u32 what, u64 from, u64 to)
{
	if (to > from)
		copy_bytes(scratch, what, from, at_most(to - from, LIST_MOST));
}

/* The arguments of an exec that failed, from the array it was given: one string behind the other. */
#define STRINGS 64
GLOBAL int strings_chunk(u32 cpu, u32 what, u64 array)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct chunk *chunk;
	u32 start;

	if (!scratch || !array)
		return 0;
	start = scratch->offset;
	scratch->offset += sizeof(*chunk);
	for (u32 i = 0; i < STRINGS; i++) {
		u32 offset = scratch->offset;
		u64 from = 0;
		long length;

		probe_read_user(&from, sizeof(from), (void *)(array + i * 8));
		if (!from || offset > CHUNKS_END || offset - start > LIST_MOST)
			break;
		HIDE(offset);
		offset &= 0xFFFF;
		length = probe_read_user_str(&scratch->bytes[offset], TEXT_MOST, (void *)from);
		if (length <= 0)
			break;
		scratch->offset += length;
	}
	u32 length = scratch->offset - start - sizeof(*chunk);

	scratch->offset = start;
	chunk = chunk_at(scratch);
	if (chunk)
		close_chunk(scratch, chunk, what, STATUS_FINE, at_most(length, LIST_MOST));
	return 0;
}

/* All about a thread that was made or executes something else. An exec that failed has an array of arguments. */
GLOBAL int life_chunks(u32 cpu, u64 task_at, u32 execs, u64 failed)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct task_struct *task = (void *)task_at;
	struct mm_struct *mm = READ(task, mm);

	if (!scratch)
		return 0;
	task_chunk(cpu, task_at);
	cgroup_chunks(cpu, task);
	if (failed) {
		strings_chunk(cpu, CHUNK_ARGV, failed);
		return 0;
	}
	if (!mm)
		return 0;
	range_chunk(scratch, CHUNK_ARGUMENTS, READ(mm, arg_start), READ(mm, arg_end));
	if (execs) {
		struct file *file = READ(mm, exe_file);

		range_chunk(scratch, CHUNK_ENVIRONMENT, READ(mm, env_start), READ(mm, env_end));
		if (file)
			path_chunk(cpu, CHUNK_PATH, (u64)READ(file, f_path.dentry), (u64)READ(file, f_path.mnt));
	}
	return 0;
}

#endif
