/* Chunks: arrays of buffers, messages, and whatever else a call's arguments point to. */
#ifndef SCAPTUI_COPY_H
#define SCAPTUI_COPY_H

#include "files.h"

/* Buffers of an array, one behind the other: total length first, bytes while there is room in the snap length.
 * A result below zero sets no bound. */
GLOBAL int copy_vector(u32 cpu, u32 what, u64 array, u64 count, s64 result)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct chunk *chunk;
	u64 *vector;
	u32 start, status = STATUS_FINE;

	if (!scratch)
		return 0;
	start = scratch->offset;
	chunk = chunk_at(scratch);
	if (!chunk)
		return 0;
	scratch->total = 0;
	scratch->room = settings.snaplen;
	if (result >= 0 && result < settings.snaplen)
		scratch->room = result;
	count = at_most(count, VECTORS);
	vector = scratch->words;
	if (!array)
		status = STATUS_NULL;
	else if (probe_read_user(vector, (count * 16) & 0x7FF, (void *)array))
		status = STATUS_FAULT;
	scratch->offset = start + sizeof(*chunk) + 8;
	for (u32 i = 0; i < VECTORS; i++) {
		u64 base, length;
		u32 offset, part, read;

		if (i >= count || status)
			break;
		base = vector[i * 2];
		length = vector[i * 2 + 1];
		scratch->total += length;
		part = at_most(length, scratch->room);
		offset = scratch->offset;
		if (!part || offset > CHUNKS_END)
			continue;
		HIDE(offset);
		offset &= 0xFFFF;
		part = read_bytes(&scratch->bytes[offset], base, part, &read);
		if (read)
			break;
		scratch->offset += part;
		scratch->room -= part;
	}
	u32 length = scratch->offset - start - sizeof(*chunk);

	scratch->offset = start;
	chunk = chunk_at(scratch);
	if (!chunk)
		return 0;
	__builtin_memcpy(chunk + 1, &scratch->total, 8);
	close_chunk(scratch, chunk, what, status, length);
	return 0;
}

/* A message header of the 64-bit interface. */
struct message {
	u64 name;
	u32 name_length, reserved;
	u64 vector, count, control, control_length;
};

#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define CONTROLS 4
#define GIVEN 16
/* What a message brings besides its data: a length, a level and a type before each part. */
struct control {
	u64 length;
	s32 level, type;
};

/* The descriptors that came with a message: they are open when the call returns. */
GLOBAL int given_chunks(u32 cpu, u64 at, u64 length)
{
	u64 end = at + length;

	for (u32 i = 0; i < CONTROLS; i++) {
		struct control control = {};

		if (at + sizeof(control) > end || probe_read_user(&control, sizeof(control), (void *)at) ||
		    control.length < sizeof(control))
			break;
		if (control.level == SOL_SOCKET && control.type == SCM_RIGHTS) {
			u64 fds = at + sizeof(control), behind = at + control.length;

			for (u32 n = 0; n < GIVEN; n++) {
				s32 fd = -1;

				if (fds + sizeof(fd) > behind || probe_read_user(&fd, sizeof(fd), (void *)fds))
					break;
				given_chunk(cpu, fd);
				fds += sizeof(fd);
			}
		}
		at += (control.length + 7) & ~7ull;
	}
	return 0;
}

/* With `received`, also what the descriptors are that came with it. */
GLOBAL int copy_message(u32 cpu, u32 what, u64 header, s64 result, u32 received)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct message message = {};

	if (!scratch || !header || probe_read_user(&message, sizeof(message), (void *)header))
		return 0;
	copy_vector(cpu, what, message.vector, message.count, result);
	if (message.name)
		copy_bytes(scratch, CHUNK_NAME, message.name, at_most(message.name_length, 128));
	if (message.control)
		copy_bytes(scratch, CHUNK_CONTROL, message.control, at_most(message.control_length, settings.snaplen));
	if (received && message.control)
		given_chunks(cpu, message.control, message.control_length);
	return 0;
}

/* Several messages; of those beyond, and where there is no more room, nothing is told. */
#define MESSAGES 128
#define HEADER_SIZE 64
#define MESSAGE_LENGTH_AT 56
#define MESSAGES_END 0xE000
GLOBAL int copy_messages(u32 cpu, u32 what, u64 array, s64 result, u32 received)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	u32 count = result < 0 ? 1 : at_most(result, MESSAGES);

	if (!scratch || !array)
		return 0;
	for (u32 i = 0; i < MESSAGES; i++) {
		u64 header = array + i * HEADER_SIZE;
		u32 bytes = 0;

		if (i >= count || scratch->offset > MESSAGES_END)
			break;
		if (result < 0) {
			copy_message(cpu, what, header, -1, 0);
			break;
		}
		probe_read_user(&bytes, sizeof(bytes), (void *)(header + MESSAGE_LENGTH_AT));
		number_chunk(cpu, CHUNK_MESSAGE, bytes);
		copy_message(cpu, what, header, bytes, received);
	}
	return 0;
}

/* One operation of a plan, for the record that stands in the scratch memory. */
GLOBAL int copy_operation(u32 cpu, u32 nr, u32 index, u32 entering)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	const volatile struct operation *operation;
	u64 pointer, length = 0;
	s64 result;

	if (!scratch)
		return 0;
	operation = &plan_of(nr)->operation[index & 3];
	/* The arguments were put beside the record: behind it chunks grow over them. */
	u64 *args = scratch->words + ARGUMENTS_AT;

	result = scratch->record.ret;
	pointer = args[operation->argument & 7];
	if (entering ? operation->at_enter != 1 : (!operation->at_enter && result < 0))
		return 0;
	u32 from = operation->length & 7;

	if (operation->length & 8)
		length = result > 0 ? (u64)result : args[from];
	else if (from == LENGTH_RESULT)
		length = result < 0 ? 0 : result;
	else
		length = args[from];
	switch (operation->copy) {
	case COPY_TEXT:
		copy_text(scratch, index, pointer);
		break;
	case COPY_BYTES:
		copy_bytes(scratch, index, pointer, at_most(length, settings.snaplen));
		break;
	case COPY_FIXED:
		copy_bytes(scratch, index, pointer, operation->size);
		break;
	case COPY_LIST:
		length = (length & 0xFFFF) * operation->size;
		copy_bytes(scratch, index, pointer, at_most(length, 4096));
		break;
	case COPY_ADDRESS:
		copy_bytes(scratch, index, pointer, at_most(length & 0xFFFFFFFF, 128));
		break;
	case COPY_ADDRESS_OUT: {
		u32 known = 0;

		if (!pointer || !length || probe_read_user(&known, sizeof(known), (void *)length))
			return 0;
		copy_bytes(scratch, index, pointer, at_most(known, 128));
		break;
	}
	case COPY_VECTOR:
		copy_vector(cpu, index, pointer, length, operation->at_enter == 2 && result < 0 ? -1 : result);
		break;
	case COPY_MESSAGE:
		copy_message(cpu, index, pointer, result, !operation->at_enter);
		break;
	case COPY_MESSAGES:
		copy_messages(cpu, index, pointer, result, !operation->at_enter);
		break;
	}
	return 0;
}

#endif
