/* What happens beside system calls: ends of threads, signals, switches, page faults, programs. */
#ifndef SCAPTUI_TRACEPOINTS_H
#define SCAPTUI_TRACEPOINTS_H

#include "calls.h"

INLINE void small_record(struct record *record, u8 kind, u64 id, s64 ret)
{
	record->time = ktime_get_boot_ns();
	record->enter = 0;
	record->ret = ret;
	record->tid = id;
	record->pid = id >> 32;
	record->nr = 0;
	record->kind = kind;
	record->flags = settings.filter && !asked_for(id) ? FLAG_OTHER : 0;
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

	if (!slot || (settings.filter && !asked_for(id)))
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
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);

	if (!slot || !scratch || excluded(id >> 32))
		return 0;
	small_record(&scratch->record, KIND_EXIT, id, READ(task, exit_code));
	/* Who it was: nobody may have had the time to look. */
	scratch->offset = RECORD_HEAD;
	task_chunk(cpu, get_current_task());
	u32 size = scratch->offset;

	HIDE(size);
	emit(slot, cpu, &scratch->record, size & 0x1FFFF);
	return 0;
}

/* With processes those are asked for that they start. */
SEC("tp_btf/sched_process_fork")
int child_begins(u64 *ctx)
{
	struct task_struct *parent = (void *)ctx[0], *child = (void *)ctx[1];
	u32 of = READ(parent, tgid), pid = READ(child, tgid);
	u8 asked = 1;

	if (of != pid && map_lookup_elem(&pids, &of))
		map_update_elem(&pids, &pid, &asked, 0);
	return 0;
}

/* The number may be another process's soon. */
SEC("tp_btf/sched_process_exit")
int child_ends(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	u32 pid = READ(task, tgid);

	if (!READ(READ(task, signal), live.counter))
		map_delete_elem(&pids, &pid);
	return 0;
}

/* A thread begins with the name of the one that makes it. */
SEC("tp_btf/sched_process_fork")
int name_begins(u64 *ctx)
{
	struct task_struct *child = (void *)ctx[1];
	u32 tid = READ(child, pid);
	u8 asked = name_asked_for();

	map_update_elem(&named, &tid, &asked, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int name_changes(u64 *ctx)
{
	u32 tid = get_current_pid_tgid(), before = ctx[1];
	u8 asked = name_asked_for();

	map_update_elem(&named, &tid, &asked, 0);
	/* Whatever thread executes a program, it goes on as the first one. */
	if (before != tid)
		map_delete_elem(&named, &before);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int name_ends(u64 *ctx)
{
	u32 tid = get_current_pid_tgid();

	map_delete_elem(&named, &tid);
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
	struct task_struct *child = NULL;

	/* Read as a number: functions of their own do not take pointers that the verifier knows. */
	probe_read_kernel(&child, sizeof(child), &ctx[1]);
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

#endif
