/* The programs: a pair for all system calls, driven by a plan for each call, and the tracepoints beside them.
 *
 * Lazy enter: the beginning of a call is only noted for its cpu. When the call returns, one record carries both times;
 * when its thread leaves the cpu before, the scheduler's hook sends the beginning then. */
#include "records.h"
#include "rings.h"
#include "copy.h"
#include "files.h"
#include "tasks.h"

char LICENSE[] SEC("license") = "GPL";

/* Whether the current process is asked for: everything a filter pushes down is decided here. */
INLINE bool asked_for(u32 pid)
{
	u32 filter = settings.filter;

	if (filter & FILTER_PID) {
		if (settings.pid) {
			if (pid != settings.pid)
				return 0;
		} else if (!map_lookup_elem(&pids, &pid)) {
			return 0;
		}
	}
	if (filter & FILTER_UID) {
		u32 uid = get_current_uid_gid();

		if (!map_lookup_elem(&uids, &uid))
			return 0;
	}
	if (filter & FILTER_CGROUP && get_current_cgroup_id() != settings.cgroup)
		return 0;
	if (filter & FILTER_COMM) {
		struct comm comm = {};

		get_current_comm(&comm, sizeof(comm));
		if (settings.comm.half[0]) {
			if (comm.half[0] != settings.comm.half[0] || comm.half[1] != settings.comm.half[1])
				return 0;
		} else if (!map_lookup_elem(&comms, &comm)) {
			return 0;
		}
	}
	return 1;
}

INLINE bool excluded(u32 pid)
{
	return pid == settings.exclude[0] || pid == settings.exclude[1];
}

INLINE u64 argument(struct pt_regs *regs, u32 index)
{
#if defined(__TARGET_ARCH_x86)
	switch (index) {
	case 0: return regs->di;
	case 1: return regs->si;
	case 2: return regs->dx;
	case 3: return regs->r10;
	case 4: return regs->r8;
	default: return regs->r9;
	}
#else
	switch (index) {
	case 0: return regs->orig_x0;
	case 1: return regs->regs[1];
	case 2: return regs->regs[2];
	case 3: return regs->regs[3];
	case 4: return regs->regs[4];
	default: return regs->regs[5];
	}
#endif
}

INLINE u32 number(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return regs->orig_ax;
#else
	return regs->syscallno;
#endif
}

/* FLAG_FOREIGN where the call came through another interface, whose numbers mean something else. */
INLINE u8 foreign(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	struct task_struct *task = (void *)get_current_task();

	return READ(task, thread_info.status) & 2 ? FLAG_FOREIGN : 0;
#else
	return regs->pstate & 0x10 ? FLAG_FOREIGN : 0;
#endif
}

INLINE void arguments(struct record *record, struct pt_regs *regs)
{
	record->args[0] = argument(regs, 0);
	record->args[1] = argument(regs, 1);
	record->args[2] = argument(regs, 2);
	record->args[3] = argument(regs, 3);
	record->args[4] = argument(regs, 4);
	record->args[5] = argument(regs, 5);
}


/* The same, of registers that only an address is known of. */
INLINE void arguments_at(struct record *record, struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	record->args[0] = READ(regs, di);
	record->args[1] = READ(regs, si);
	record->args[2] = READ(regs, dx);
	record->args[3] = READ(regs, r10);
	record->args[4] = READ(regs, r8);
	record->args[5] = READ(regs, r9);
#else
	record->args[0] = READ(regs, orig_x0);
	record->args[1] = READ(regs, regs[1]);
	record->args[2] = READ(regs, regs[2]);
	record->args[3] = READ(regs, regs[3]);
	record->args[4] = READ(regs, regs[4]);
	record->args[5] = READ(regs, regs[5]);
#endif
}

/* What a call points to, and what is known of its thread or descriptors. */
GLOBAL int copy_extra(u32 cpu, u32 nr)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct task_struct *task = (void *)get_current_task();
	const volatile struct plan *plan = plan_of(nr);
	u32 extra = plan->extra;
	s64 result, fd;
	u64 *args;

	if (!scratch)
		return 0;
	args = scratch->words + ARGUMENTS_AT;
	result = scratch->record.ret;
	fd = plan->fd == LENGTH_RESULT ? result : (s32)args[plan->fd & 7];
	if (extra & (EXTRA_CLONE | EXTRA_EXEC)) {
		u32 execs = extra & EXTRA_EXEC;

		life_chunks(cpu, (u64)task, execs, execs && result < 0 ? args[plan->fd & 7] : 0);
		return 0;
	}
	if (extra & EXTRA_MEMORY)
		memory_chunk(scratch, READ(task, mm));
	if (extra & (EXTRA_PAIR | EXTRA_PIPE)) {
		s32 made = -1;

		if (result >= 0)
			probe_read_user(&made, sizeof(made), (void *)args[plan->fd & 7]);
		fd = made;
	}
	if (!(extra & (EXTRA_SOCKET | EXTRA_FILE | EXTRA_QUEUE | EXTRA_PAIR | EXTRA_PIPE)) || fd < 0)
		return 0;
	struct file *file = file_of(task, fd);

	if (extra & EXTRA_SOCKET)
		socket_chunk(scratch, file);
	if (extra & (EXTRA_FILE | EXTRA_PIPE))
		file_chunk(scratch, file);
	if (plan->flags & PLAN_PATH && file)
		path_chunk(cpu, CHUNK_PATH, (u64)READ(file, f_path.dentry), (u64)READ(file, f_path.mnt));
	if (extra & EXTRA_PAIR)
		pair_chunk(scratch, file);
	if (extra & EXTRA_QUEUE)
		queue_chunk(scratch, file_of(task, (s32)args[0]));
	return 0;
}

/* The record in the scratch memory gets its chunks and leaves. */
INLINE void send_with_chunks(struct slot *slot, struct scratch *scratch, u32 cpu, u32 nr, const volatile struct plan *plan,
			     u32 entering)
{
	struct record *record = &scratch->record;
	u64 *args = scratch->words + ARGUMENTS_AT;

	args[0] = record->args[0];
	args[1] = record->args[1];
	args[2] = record->args[2];
	args[3] = record->args[3];
	args[4] = record->args[4];
	args[5] = record->args[5];
	scratch->offset = RECORD_HEAD + (plan->arguments & 7) * 8;
	for (u32 i = 0; i < 4; i++) {
		if (i >= plan->operations)
			break;
		copy_operation(cpu, nr, i, entering);
	}
	if (plan->extra && !entering)
		copy_extra(cpu, nr);
	u32 size = scratch->offset;

	HIDE(size);
	emit(slot, cpu, record, size & 0x1FFFF);
}

INLINE void send_enter(struct slot *slot, u32 cpu, u64 id)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	u32 nr = slot->nr & (CALLS - 1);
	const volatile struct plan *plan;
	struct record *record;

	if (!scratch)
		return;
	record = &scratch->record;
	record->time = slot->time;
	record->enter = slot->time;
	record->ret = 0;
	record->tid = id;
	record->pid = id >> 32;
	record->nr = nr;
	record->kind = KIND_ENTER;
	record->flags = slot->flags;
	plan = plan_of(slot->flags & FLAG_FOREIGN ? CALLS - 1 : nr);
	struct pt_regs *regs = (void *)slot->regs;

	arguments_at(record, regs);
	send_with_chunks(slot, scratch, cpu, nr, plan, 1);
}

SEC("tp_btf/sys_enter")
int sys_enter(u64 *ctx)
{
	u64 id = get_current_pid_tgid();
	u32 pid = id >> 32, cpu = get_smp_processor_id(), nr = ctx[1];
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	const volatile struct plan *plan;

	if (!slot)
		return 0;
	slot->tid = id;
	slot->state = SLOT_REJECTED;
	if (excluded(pid))
		return 0;
	slot->flags = 0;
	if (nr >= CALLS) {
		nr = CALLS - 1;
		slot->flags = FLAG_FOREIGN;
	}
	plan = plan_of(nr);
	if (!(plan->flags & PLAN_WANTED))
		return 0;
	if (settings.filter && !asked_for(pid)) {
		if (!(plan->flags & PLAN_LIFE))
			return 0;
		slot->flags |= FLAG_OTHER;
	}
	slot->state = SLOT_OPEN;
	slot->nr = nr;
	slot->regs = ctx[0];
	slot->time = ktime_get_boot_ns();
	if (plan->flags & PLAN_NOW && settings.enters) {
		send_enter(slot, cpu, id);
		slot->state = SLOT_SENT;
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int sys_exit(u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	u64 id = get_current_pid_tgid(), enter = 0;
	u32 pid = id >> 32, cpu = get_smp_processor_id(), nr;
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	const volatile struct plan *plan;
	u8 flags = 0, state;

	if (!slot)
		return 0;
	state = slot->tid == (u32)id ? slot->state : SLOT_NONE;
	slot->state = SLOT_NONE;
	if (state == SLOT_REJECTED)
		return 0;
	if (state == SLOT_NONE) {
		/* Its beginning was sent when it left the cpu, or nobody was there to see it. */
		nr = number(regs);
		/* What returns here is not the call that began: a signal's handler, or a new program. */
		if ((s32)nr < 0 || excluded(pid))
			return 0;
		if (nr >= CALLS)
			nr = CALLS - 1;
		plan = plan_of(nr);
		if (!(plan->flags & PLAN_WANTED))
			return 0;
		if (settings.filter && !asked_for(pid)) {
			if (!(plan->flags & PLAN_LIFE))
				return 0;
			flags = FLAG_OTHER;
		}
		flags |= FLAG_ENTER_SENT;
	} else {
		nr = slot->nr & (CALLS - 1);
		flags = slot->flags;
		if (state == SLOT_SENT)
			flags |= FLAG_ENTER_SENT;
		else
			enter = slot->time;
	}
	flags |= foreign(regs);
	plan = plan_of(flags & FLAG_FOREIGN ? CALLS - 1 : nr);
	if (plan->flags & PLAN_PLAIN) {
		struct record record;

		record.enter = enter;
		record.ret = ctx[1];
		record.tid = id;
		record.pid = pid;
		record.nr = nr;
		record.kind = KIND_CALL;
		record.flags = flags;
		arguments(&record, regs);
		record.time = ktime_get_boot_ns();
		emit(slot, cpu, &record, RECORD_HEAD + (plan->arguments & 7) * 8);
		return 0;
	}
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);

	if (!scratch)
		return 0;
	struct record *record = &scratch->record;

	record->enter = enter;
	record->ret = ctx[1];
	record->tid = id;
	record->pid = pid;
	record->nr = nr;
	record->kind = KIND_CALL;
	record->flags = flags;
	arguments(record, regs);
	record->time = ktime_get_boot_ns();
	send_with_chunks(slot, scratch, cpu, nr, plan, 0);
	return 0;
}

INLINE void small_record(struct record *record, u8 kind, u64 id, s64 ret)
{
	record->time = ktime_get_boot_ns();
	record->enter = 0;
	record->ret = ret;
	record->tid = id;
	record->pid = id >> 32;
	record->nr = 0;
	record->kind = kind;
	record->flags = settings.filter && !asked_for(id >> 32) ? FLAG_OTHER : 0;
}

/* A thread leaves the cpu: the call it is in is sent now. */
SEC("tp_btf/sched_switch")
int sched_switch(u64 *ctx)
{
	u64 id = get_current_pid_tgid();
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);

	if (!slot)
		return 0;
	if (slot->tid == (u32)id && slot->state == SLOT_OPEN && settings.enters)
		send_enter(slot, cpu, id);
	slot->state = SLOT_NONE;
	return 0;
}

SEC("tp_btf/sched_switch")
int record_switch(u64 *ctx)
{
	struct task_struct *previous = (void *)ctx[1], *next = (void *)ctx[2];
	u64 id = get_current_pid_tgid();
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	struct memory_info memory = {};
	struct record record;

	if (!slot || (settings.filter && !asked_for(id >> 32)))
		return 0;
	small_record(&record, KIND_SWITCH, id, 0);
	memory_of(READ(previous, mm), &memory);
	record.args[0] = READ(next, pid);
	record.args[1] = READ(previous, maj_flt);
	record.args[2] = READ(previous, min_flt);
	record.args[3] = memory.total;
	record.args[4] = memory.resident;
	record.args[5] = memory.swapped;
	emit(slot, cpu, &record, sizeof(record));
	return 0;
}

SEC("tp_btf/sched_process_exit")
int thread_exit(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	u64 id = get_current_pid_tgid();
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	struct record record;

	if (!slot || excluded(id >> 32))
		return 0;
	small_record(&record, KIND_EXIT, id, READ(task, exit_code));
	emit(slot, cpu, &record, RECORD_HEAD);
	return 0;
}

#if defined(__TARGET_ARCH_arm64)
#define NR_CLONE 220
#define NR_EXECVE 221

/* Here neither a new thread nor a new program returns from a system call: their records are made when they begin. */
INLINE void send_life(u64 task_at, u64 id, u32 nr)
{
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	const volatile struct plan *plan = plan_of(nr);
	u32 caller = get_current_pid_tgid();

	if (!slot || !scratch || excluded(id >> 32))
		return;
	struct record *record = &scratch->record;

	small_record(record, KIND_CALL, id, 0);
	record->nr = nr;
	record->flags |= FLAG_ENTER_SENT;
	__builtin_memset(record->args, 0, sizeof(record->args));
	if (slot->tid == caller && slot->state == SLOT_OPEN)
		arguments_at(record, (struct pt_regs *)slot->regs);
	scratch->offset = RECORD_HEAD + (plan->arguments & 7) * 8;
	life_chunks(cpu, task_at, nr == NR_EXECVE, 0);
	u32 size = scratch->offset;

	HIDE(size);
	emit(slot, cpu, record, size & 0x1FFFF);
}

SEC("tp_btf/sched_process_fork")
int thread_begin(u64 *ctx)
{
	struct task_struct *child = (void *)ctx[1];

	send_life((u64)child, (u64)READ(child, tgid) << 32 | READ(child, pid), NR_CLONE);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int program_begin(u64 *ctx)
{
	send_life(get_current_task(), get_current_pid_tgid(), NR_EXECVE);
	return 0;
}
#endif

/* What is executed, where no record of the call's beginning tells it. */
SEC("tp_btf/sched_process_exec")
int program_name(u64 *ctx)
{
	struct linux_binprm *program = (void *)ctx[2];
	u64 id = get_current_pid_tgid();
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);

	if (!slot || !scratch || excluded(id >> 32))
		return 0;
	small_record(&scratch->record, KIND_NAME, id, 0);
	scratch->offset = RECORD_HEAD;
	struct chunk *chunk = chunk_at(scratch);

	if (!chunk)
		return 0;
	long length = probe_read_kernel_str(chunk + 1, TEXT_MOST, READ(program, filename));

	if (length <= 0)
		return 0;
	close_chunk(scratch, chunk, 0, STATUS_FINE, length);
	u32 size = scratch->offset;

	HIDE(size);
	emit(slot, cpu, &scratch->record, size & 0x1FFFF);
	return 0;
}

SEC("tp_btf/signal_deliver")
int signal_deliver(u64 *ctx)
{
	struct kernel_siginfo *info = (void *)ctx[1];
	u64 id = get_current_pid_tgid();
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	struct record record;
	s32 code, sender = 0;

	if (!slot || excluded(id >> 32))
		return 0;
	small_record(&record, KIND_SIGNAL, id, (s32)ctx[0]);
	if (record.flags & FLAG_OTHER)
		return 0;
	code = READ(info, si_code);
	/* Only signals of processes and of ended children say who sent them. */
	if (code <= 0 || (s32)ctx[0] == 17)
		sender = READ(info, _sifields._kill._pid);
	record.args[0] = sender;
	emit(slot, cpu, &record, RECORD_HEAD + 8);
	return 0;
}

#if defined(__TARGET_ARCH_x86)
INLINE int fault(u64 *ctx)
{
	u64 id = get_current_pid_tgid();
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	struct record record;

	if (!slot || excluded(id >> 32))
		return 0;
	small_record(&record, KIND_FAULT, id, 0);
	if (record.flags & FLAG_OTHER)
		return 0;
	record.args[0] = ctx[0];
	record.args[1] = READ((struct pt_regs *)ctx[1], ip);
	record.args[2] = ctx[2];
	emit(slot, cpu, &record, RECORD_HEAD + 24);
	return 0;
}

SEC("tp_btf/page_fault_user")
int page_fault_user(u64 *ctx)
{
	return fault(ctx);
}

SEC("tp_btf/page_fault_kernel")
int page_fault_kernel(u64 *ctx)
{
	return fault(ctx);
}
#endif
