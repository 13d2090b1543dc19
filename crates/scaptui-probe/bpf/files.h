/* Chunks about descriptors: files, sockets, paths. */
#ifndef SCAPTUI_FILES_H
#define SCAPTUI_FILES_H

#include "chunks.h"

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define OVERLAY_MAGIC 0x794c7630

INLINE struct file *file_of(struct task_struct *task, s64 fd)
{
	struct files_struct *files = READ(task, files);
	struct fdtable *table;
	struct file **slot, *file = NULL;

	if (!files)
		return NULL;
	table = READ(files, fdt);
	if (fd < 0 || fd >= READ(table, max_fds))
		return NULL;
	slot = READ(table, fd);
	probe_read_kernel(&file, sizeof(file), slot + fd);
	return file;
}

INLINE struct socket *socket_of(struct file *file)
{
	if (!file || (READ(READ(file, f_inode), i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	return READ(file, private_data);
}

/* The layer of an overlay that an inode is on: 1 the upper, 2 a lower one; 0 on other file systems. */
INLINE u32 overlay_layer(struct inode *inode, u32 magic)
{
	u64 upper = 0;

	if (magic != OVERLAY_MAGIC)
		return 0;
	/* The upper entry stands right behind the inode. */
	probe_read_kernel(&upper, sizeof(upper), (void *)((u64)inode + TYPE_SIZE(struct inode)));
	return upper ? 1 : 2;
}

INLINE void describe_file(struct file *file, struct file_info *info)
{
	struct inode *inode = READ(file, f_inode);
	struct super_block *block = READ(inode, i_sb);

	info->ino = READ(inode, i_ino);
	info->dev = READ(block, s_dev);
	info->mode = READ(inode, i_mode);
	info->flags = READ(file, f_flags);
	info->fmode = READ(file, f_mode);
	info->magic = READ(block, s_magic);
	info->layer = overlay_layer(inode, info->magic);
}

INLINE void file_chunk(struct scratch *scratch, struct file *file)
{
	struct chunk *chunk = chunk_at(scratch);
	struct file_info info = {};

	if (!chunk || !file)
		return;
	describe_file(file, &info);
	__builtin_memcpy(chunk + 1, &info, sizeof(info));
	close_chunk(scratch, chunk, CHUNK_FILE, STATUS_FINE, sizeof(info));
}

/* The path a unix socket is bound to, its length with its end; names without a place begin with a NUL. */
INLINE u32 unix_path(u8 *to, struct sock *sock)
{
	struct unix_address *address = READ((struct unix_sock *)sock, addr);
	s32 length;

	if (!address)
		return 0;
	length = READ(address, len) - 2;
	if (length <= 0 || length > 108)
		return 0;
	READ_INTO(to, length & 0x7F, address, name[0].sun_path);
	return length;
}

INLINE void socket_chunk(struct scratch *scratch, u32 what, struct file *file)
{
	struct chunk *chunk = chunk_at(scratch);
	struct socket *socket = socket_of(file);
	struct socket_info info = {};
	struct sock *sock;
	u32 length = 0;

	if (!chunk || !socket)
		return;
	sock = READ(socket, sk);
	if (!sock)
		return;
	info.socket = (u64)sock;
	info.type = READ(socket, type);
	info.protocol = READ(sock, sk_protocol);
	info.family = READ(sock, __sk_common.skc_family);
	info.state = READ(sock, __sk_common.skc_state);
	u8 *path = (u8 *)(chunk + 1) + sizeof(info);

	if (info.family == AF_INET) {
		u32 local = READ(sock, __sk_common.skc_rcv_saddr), remote = READ(sock, __sk_common.skc_daddr);

		__builtin_memcpy(info.local, &local, 4);
		__builtin_memcpy(info.remote, &remote, 4);
	} else if (info.family == AF_INET6) {
		READ_INTO(info.local, 16, sock, __sk_common.skc_v6_rcv_saddr);
		READ_INTO(info.remote, 16, sock, __sk_common.skc_v6_daddr);
	} else if (info.family == AF_UNIX) {
		struct sock *peer = READ((struct unix_sock *)sock, peer);

		info.peer = (u64)peer;
		length = unix_path(path, sock);
		if (!length && peer)
			length = unix_path(path, peer);
	}
	if (info.family == AF_INET || info.family == AF_INET6) {
		info.local_port = READ(sock, __sk_common.skc_num);
		info.remote_port = __builtin_bswap16(READ(sock, __sk_common.skc_dport));
	}
	__builtin_memcpy(chunk + 1, &info, sizeof(info));
	close_chunk(scratch, chunk, what, STATUS_FINE, sizeof(info) + length);
}

INLINE void queue_chunk(struct scratch *scratch, struct file *file)
{
	struct chunk *chunk = chunk_at(scratch);
	struct socket *socket = socket_of(file);
	struct queue_info info;
	struct sock *sock;

	if (!chunk || !socket)
		return;
	sock = READ(socket, sk);
	info.length = READ(sock, sk_ack_backlog);
	info.most = READ(sock, sk_max_ack_backlog);
	__builtin_memcpy(chunk + 1, &info, sizeof(info));
	close_chunk(scratch, chunk, CHUNK_QUEUE, STATUS_FINE, sizeof(info));
}

INLINE void pair_chunk(struct scratch *scratch, struct file *file)
{
	struct chunk *chunk = chunk_at(scratch);
	struct socket *socket = socket_of(file);
	struct sock *sock;
	u64 pair[2];

	if (!chunk || !socket)
		return;
	sock = READ(socket, sk);
	pair[0] = (u64)sock;
	pair[1] = (u64)READ((struct unix_sock *)sock, peer);
	__builtin_memcpy(chunk + 1, &pair, sizeof(pair));
	close_chunk(scratch, chunk, CHUNK_PAIR, STATUS_FINE, sizeof(pair));
}

/* A path, last component first, each with its NUL: user space turns it round. */
#define COMPONENTS 48
GLOBAL int path_chunk(u32 cpu, u32 what, u64 dentry_at, u64 mount_at)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct dentry *dentry = (void *)dentry_at;
	struct vfsmount *vfs = (void *)mount_at;
	struct mount *mount;
	struct chunk *chunk;
	u32 start;

	if (!scratch)
		return 0;
	start = scratch->offset;
	mount = (void *)(mount_at - FIELD_OFFSET(((struct mount *)0)->mnt));
	scratch->offset += sizeof(*chunk);
	for (u32 i = 0; i < COMPONENTS; i++) {
		struct dentry *parent = READ(dentry, d_parent);
		u32 offset = scratch->offset;
		long length;

		if (dentry == READ(vfs, mnt_root)) {
			struct mount *above = READ(mount, mnt_parent);

			if (above == mount)
				break;
			dentry = READ(mount, mnt_mountpoint);
			mount = above;
			vfs = (void *)ADDRESS(mount, mnt);
			continue;
		}
		/* What is in no directory has a name all the same. */
		if ((dentry == parent && (i || what != CHUNK_GIVEN_PATH)) || offset > CHUNKS_END)
			break;
		HIDE(offset);
		offset &= 0xFFFF;
		length = probe_read_kernel_str(&scratch->bytes[offset], 256, READ(dentry, d_name.name));
		if (length > 0)
			scratch->offset += length;
		dentry = parent;
	}
	u32 length = scratch->offset - start - sizeof(*chunk);

	scratch->offset = start;
	chunk = chunk_at(scratch);
	if (chunk)
		close_chunk(scratch, chunk, what, STATUS_FINE, length);
	return 0;
}

/* A descriptor that came with a message: its file, and where it is or what it connects. */
GLOBAL int given_chunk(u32 cpu, s32 fd)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct file *file = file_of((void *)get_current_task(), fd);
	struct given_info info = {};
	struct chunk *chunk;

	if (!scratch || !file)
		return 0;
	chunk = chunk_at(scratch);
	if (!chunk)
		return 0;
	scratch->given++;
	info.fd = fd;
	describe_file(file, &info.file);
	__builtin_memcpy(chunk + 1, &info, sizeof(info));
	close_chunk(scratch, chunk, CHUNK_GIVEN, STATUS_FINE, sizeof(info));
	if ((info.file.mode & S_IFMT) == S_IFSOCK)
		socket_chunk(scratch, CHUNK_GIVEN_SOCKET, file);
	else
		path_chunk(cpu, CHUNK_GIVEN_PATH, (u64)READ(file, f_path.dentry), (u64)READ(file, f_path.mnt));
	return 0;
}

#endif
