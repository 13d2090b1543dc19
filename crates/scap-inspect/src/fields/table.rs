//! The rows of the field table, in the order of their names. A field is added here and nowhere else.

use super::ArgumentForm::{Dotted, Index, IndexOrName, Name, OneOf, Time};
use super::{optional, required, Argument, Class, FieldInfo, Mark, Scope};
use scap_format::tables::{ParamType, PrintFormat};

/// The two readings of an address field.
const IP_VERSIONS: &[&str] = &["v4", "v6"];
/// The two paths of a call that has two.
const PATH_ENDS: &[&str] = &["src", "dst"];

/// Makes the [`Field`] enum and the table behind it from rows of the form
/// `Variant = "name": Type Format Scope [argument] MARKS, "doc";`.
macro_rules! field_table {
    ($($field:ident = $name:literal: $ty:ident $format:ident $scope:ident $([$argument:expr])? $($mark:ident)*,
        $doc:literal;)*) => {
        /// A field of the table. What it means stands in [`Field::info`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Field {
            $(#[doc = concat!("`", $name, "`")] $field,)*
        }

        pub(super) static FIELDS: &[FieldInfo] = &[
            $(FieldInfo {
                field: Field::$field,
                name: $name,
                class: Class::of($name),
                ty: ParamType::$ty,
                format: PrintFormat::$format,
                scope: Scope::$scope,
                argument: field_table!(@argument $($argument)?),
                marks: 0 $(| Mark::$mark)*,
                doc: $doc,
            },)*
        ];
    };
    (@argument) => { Argument::None };
    (@argument $argument:expr) => { $argument };
}

field_table! {
    ContainerCniJson = "container.cni.json": CharBuf Na Thread,
        "Network set-up result (CNI JSON) of the container's pod; absent when the runtime reported none.";
    ContainerDuration = "container.duration": RelTime Dec Event,
        "Time since the container started, ns; absent on the host and when its start is not known.";
    ContainerFullId = "container.full_id": CharBuf Na Thread,
        "The whole container id, 64 hex digits with Docker and the CRI runtimes; absent on the host and without metadata.";
    ContainerHealthcheck = "container.healthcheck": CharBuf Na Thread,
        "Command line of the container's health check, NONE when it has none; absent on the host and without metadata.";
    ContainerHostIpc = "container.host_ipc": Bool Na Thread,
        "Whether the container shares the host's IPC namespace; absent on the host and without metadata.";
    ContainerHostNetwork = "container.host_network": Bool Na Thread,
        "Whether the container shares the host's network namespace; absent on the host and without metadata.";
    ContainerHostPid = "container.host_pid": Bool Na Thread,
        "Whether the container shares the host's pid namespace; absent on the host and without metadata.";
    ContainerId = "container.id": CharBuf Na Thread,
        "Container id as `docker ps` shows it, 12 hex digits (lxc and its kin: the whole name); \"host\" outside containers.";
    ContainerImage = "container.image": CharBuf Na Thread,
        "Image as given when the container was made, e.g. nginx:1.25; absent on the host and without metadata.";
    ContainerImageDigest = "container.image.digest": CharBuf Na Thread,
        "Registry digest of the image, sha256:…; absent when the metadata has none.";
    ContainerImageId = "container.image.id": CharBuf Na Thread,
        "Id of the image in the local store; absent when the metadata has none.";
    ContainerImageRepository = "container.image.repository": CharBuf Na Thread,
        "Image name without tag and digest; absent when the metadata has none.";
    ContainerImageTag = "container.image.tag": CharBuf Na Thread,
        "Tag of the image, e.g. latest; absent when the metadata has none.";
    ContainerIp = "container.ip": CharBuf Na Thread,
        "First IPv4 address of the container, of its pod in Kubernetes; absent when not recorded.";
    ContainerLabel = "container.label": CharBuf Na Thread [required(Name)],
        "Value of one container label by its name; absent when the label is not set.";
    ContainerLabels = "container.labels": CharBuf Na Thread,
        "All container labels as \"name:value, name:value\", without annotations and Kubernetes' own; absent without any.";
    ContainerLivenessProbe = "container.liveness_probe": CharBuf Na Thread,
        "Command line of the Kubernetes liveness probe, NONE when it has none; absent on the host and without metadata.";
    ContainerMount = "container.mount": CharBuf Na Thread [required(IndexOrName)],
        "One mount as source:destination:mode:rdwr:propagation, by position from 0 or by a glob for its source.";
    ContainerMountDest = "container.mount.dest": CharBuf Na Thread [required(IndexOrName)],
        "Where a mount appears inside the container; by position or by a glob for its source.";
    ContainerMountMode = "container.mount.mode": CharBuf Na Thread [required(IndexOrName)],
        "Mode string of a mount, often empty; by position or by a glob for its source.";
    ContainerMountPropagation = "container.mount.propagation": CharBuf Na Thread [required(IndexOrName)],
        "Mount propagation, e.g. rprivate; by position or by a glob for its source.";
    ContainerMountRdwr = "container.mount.rdwr": CharBuf Na Thread [required(IndexOrName)],
        "\"true\" when a mount can be written to, else \"false\"; by position or by a glob for its source.";
    ContainerMountSource = "container.mount.source": CharBuf Na Thread [required(IndexOrName)],
        "Path on the host behind a mount; by position or by a glob for its destination.";
    ContainerMounts = "container.mounts": CharBuf Na Thread,
        "All mounts, each source:destination:mode:rdwr:propagation, separated by blanks; empty without mounts, absent on the host.";
    ContainerName = "container.name": CharBuf Na Thread,
        "Container name; \"host\" outside containers, absent until the metadata of the container is known.";
    ContainerPrivileged = "container.privileged": Bool Na Thread,
        "Whether the container runs privileged; absent on the host and without metadata.";
    ContainerReadinessProbe = "container.readiness_probe": CharBuf Na Thread,
        "Command line of the Kubernetes readiness probe, NONE when it has none; absent on the host and without metadata.";
    ContainerStartTs = "container.start_ts": AbsTime Dec Thread,
        "Start of the container's first process, ns since the epoch; absent on the host and when not recorded.";
    ContainerType = "container.type": CharBuf Na Thread,
        "What runs the container: docker, containerd, cri-o, podman, lxc, libvirt-lxc, bpm …; \"host\" outside containers.";
    EvtAbspath = "evt.abspath": CharBuf Na Event [optional(OneOf(PATH_ENDS))],
        "Path given to an *at call made absolute with its directory descriptor; [src] the first path, [dst] the second.";
    EvtArg = "evt.arg": CharBuf Na Event [required(IndexOrName)],
        "One parameter as text by name or position from 0, with flags, paths and errors spelled out; absent when the event lacks it.";
    EvtArgs = "evt.args": CharBuf Na Event,
        "All parameters as name=value, separated by blanks; empty for calls the recorder does not decode.";
    EvtAround = "evt.around": Uint64 Dec Event [required(Time)] FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: whether the event lies within so many milliseconds of a time, evt.around[ns since the epoch]=500.";
    EvtAsynctype = "evt.asynctype": CharBuf Na Event,
        "Name of an event that the recorder or a plugin injected; absent for kernel events.";
    EvtBuffer = "evt.buffer": ByteBuf Na Event,
        "Bytes read or written, as many as the recorder kept (snaplen); absent for events without data.";
    EvtBuflen = "evt.buflen": Uint64 Dec Event,
        "Bytes a read or write really moved; only on successful exits of I/O calls whose descriptor is known.";
    EvtBuflenFile = "evt.buflen.file": Uint64 Dec Event HIDDEN,
        "evt.buflen of regular files only.";
    EvtBuflenFileIn = "evt.buflen.file.in": Uint64 Dec Event HIDDEN,
        "evt.buflen of reads from regular files only.";
    EvtBuflenFileOut = "evt.buflen.file.out": Uint64 Dec Event HIDDEN,
        "evt.buflen of writes to regular files only.";
    EvtBuflenIn = "evt.buflen.in": Uint64 Dec Event HIDDEN,
        "evt.buflen of reads only.";
    EvtBuflenNet = "evt.buflen.net": Uint64 Dec Event HIDDEN,
        "evt.buflen of IP sockets only.";
    EvtBuflenNetIn = "evt.buflen.net.in": Uint64 Dec Event HIDDEN,
        "evt.buflen of reads from IP sockets only.";
    EvtBuflenNetOut = "evt.buflen.net.out": Uint64 Dec Event HIDDEN,
        "evt.buflen of writes to IP sockets only.";
    EvtBuflenOut = "evt.buflen.out": Uint64 Dec Event HIDDEN,
        "evt.buflen of writes only.";
    EvtCategory = "evt.category": CharBuf Na Event,
        "What the event is about: file, net, ipc, memory, process, signal …; for I/O calls the kind of descriptor decides.";
    EvtCount = "evt.count": Uint32 Dec Type,
        "Always 1, so that views can add events up.";
    EvtCountError = "evt.count.error": Uint32 Dec Event,
        "1 when the call failed, 0 when it succeeded; absent on events without a result.";
    EvtCountErrorFile = "evt.count.error.file": Uint32 Dec Event,
        "evt.count.error of files and directories, and of failed opens.";
    EvtCountErrorMemory = "evt.count.error.memory": Uint32 Dec Event,
        "evt.count.error of memory calls: mmap, brk and the like.";
    EvtCountErrorNet = "evt.count.error.net": Uint32 Dec Event,
        "evt.count.error of IP and unix sockets, and of failed accepts and connects.";
    EvtCountErrorOther = "evt.count.error.other": Uint32 Dec Event,
        "evt.count.error of everything that is neither file, network nor memory.";
    EvtCountExit = "evt.count.exit": Uint32 Dec Type,
        "1 on exit events, so that views can count calls; absent on enter events.";
    EvtCountProcinfo = "evt.count.procinfo": Uint32 Dec Event HIDDEN,
        "1 on the recorder's CPU samples of main threads, so that views can count processes; else absent.";
    EvtCountThreadinfo = "evt.count.threadinfo": Uint32 Dec Type HIDDEN,
        "1 on the recorder's CPU samples, so that views can count threads; else absent.";
    EvtCpu = "evt.cpu": Int16 Id Event,
        "Number of the CPU on which the event happened.";
    EvtDatetime = "evt.datetime": CharBuf Na Event,
        "Local date and time, YYYY-MM-DD HH:MM:SS with nanoseconds.";
    EvtDatetimeS = "evt.datetime.s": CharBuf Na Event,
        "Local date and time to the second, YYYY-MM-DD HH:MM:SS.";
    EvtDeltatime = "evt.deltatime": RelTime Dec Event,
        "Time since the event before it, ns.";
    EvtDeltatimeNs = "evt.deltatime.ns": RelTime PaddedDec Event,
        "The part of evt.deltatime below one second, ns, nine digits.";
    EvtDeltatimeS = "evt.deltatime.s": RelTime Dec Event,
        "Whole seconds of evt.deltatime.";
    EvtDir = "evt.dir": CharBuf Dir Type,
        "> when a call begins (enter event), < when it returns (exit event).";
    EvtFailed = "evt.failed": Bool Na Event,
        "Whether the call returned an error; absent on events without a result.";
    EvtHostname = "evt.hostname": CharBuf Na Event,
        "Name of the machine that made the capture; absent when the capture does not say.";
    EvtInfo = "evt.info": CharBuf Na Event,
        "What happened in one line: the same text as evt.args.";
    EvtInfraDockerContainerId = "evt.infra.docker.container.id": CharBuf Na Event HIDDEN,
        "Container id out of an infrastructure event's description, 12 characters; absent on all other events.";
    EvtInfraDockerContainerImage = "evt.infra.docker.container.image": CharBuf Na Event HIDDEN,
        "Image out of an infrastructure event's description; absent on all other events.";
    EvtInfraDockerContainerName = "evt.infra.docker.container.name": CharBuf Na Event HIDDEN,
        "Container name out of an infrastructure event's description; absent on all other events.";
    EvtInfraDockerName = "evt.infra.docker.name": CharBuf Na Event HIDDEN,
        "What happened (start, stop, kill …) out of an infrastructure event's description; absent on all other events.";
    EvtIoDir = "evt.io_dir": CharBuf Na Type,
        "\"read\" or \"write\" for calls that move data, by event type; absent for all others.";
    EvtIsAsync = "evt.is_async": Bool Na Type,
        "Whether the recorder or a plugin injected the event: containers, users, groups, notifications.";
    EvtIsIo = "evt.is_io": Bool Na Type,
        "Whether the call reads from or writes to a descriptor.";
    EvtIsIoRead = "evt.is_io_read": Bool Na Type,
        "Whether the call reads from a descriptor.";
    EvtIsIoWrite = "evt.is_io_write": Bool Na Type,
        "Whether the call writes to a descriptor.";
    EvtIsOpenCreate = "evt.is_open_create": Bool Na Event,
        "Whether an open made a new file; false on every other event.";
    EvtIsOpenExec = "evt.is_open_exec": Bool Na Event,
        "Whether an open or creat asked for a new file with an execute permission; false on every other event.";
    EvtIsOpenRead = "evt.is_open_read": Bool Na Event,
        "Whether an open asked for read access, successful or not; false on every other event.";
    EvtIsOpenWrite = "evt.is_open_write": Bool Na Event,
        "Whether an open asked for write access, successful or not; false on every other event.";
    EvtIsSyslog = "evt.is_syslog": Bool Na Event,
        "Whether the event writes to /dev/log.";
    EvtIsWait = "evt.is_wait": Bool Na Type,
        "Whether the call may wait for something: poll, select, sleep, wait …";
    EvtLatency = "evt.latency": RelTime Dec Event,
        "Time a call took from its enter to its exit event, ns; 0 when the capture has no enter event for it.";
    EvtLatencyHuman = "evt.latency.human": CharBuf Na Event,
        "evt.latency with a unit, e.g. 10.3ms.";
    EvtLatencyNs = "evt.latency.ns": RelTime PaddedDec Event,
        "The part of evt.latency below one second, ns, nine digits.";
    EvtLatencyQuantized = "evt.latency.quantized": Uint64 Dec Event HIDDEN,
        "evt.latency as a step on a logarithmic scale, for spectrograms; absent where there is no latency.";
    EvtLatencyS = "evt.latency.s": RelTime Dec Event,
        "Whole seconds of evt.latency.";
    EvtNum = "evt.num": Uint64 Id Event,
        "Position of the event in the capture, from 1; hidden events count too, so numbers have gaps.";
    EvtOutputtime = "evt.outputtime": CharBuf Na Event PRINT_ONLY,
        "Time in the style chosen for output: local, epoch, relative, since the event before; for output only.";
    EvtPlugininfo = "evt.plugininfo": CharBuf Na Event,
        "One-line description a plugin made of its event; absent for kernel events.";
    EvtPluginname = "evt.pluginname": CharBuf Na Event,
        "Name of the plugin behind a plugin event; absent for kernel events.";
    EvtRawarg = "evt.rawarg": Dyn Na Event [required(Dotted)] NO_RHS NO_TRANSFORMER,
        "One parameter by name as the number, address or text that it is, e.g. evt.rawarg.res < 0; absent when the event lacks it.";
    EvtRawres = "evt.rawres": Int64 Dec Event,
        "Result of the call as a number, negative for errors; absent on events without a result.";
    EvtRawtime = "evt.rawtime": AbsTime Dec Event,
        "Time of the event, ns since the epoch.";
    EvtRawtimeNs = "evt.rawtime.ns": AbsTime PaddedDec Event,
        "The part of evt.rawtime below one second, ns, nine digits.";
    EvtRawtimeS = "evt.rawtime.s": AbsTime Dec Event,
        "Whole seconds of evt.rawtime.";
    EvtReltime = "evt.reltime": RelTime PaddedDec Event,
        "Time since the first shown event of the capture, ns.";
    EvtReltimeNs = "evt.reltime.ns": RelTime PaddedDec Event,
        "The part of evt.reltime below one second, ns, nine digits.";
    EvtReltimeS = "evt.reltime.s": RelTime Dec Event,
        "Whole seconds of evt.reltime.";
    EvtRes = "evt.res": CharBuf Dec Event,
        "SUCCESS, or the name of the error such as ENOENT; absent on events without a result.";
    EvtSource = "evt.source": CharBuf Na Event,
        "Where the event comes from: syscall for everything of the kernel, else the plugin's source.";
    EvtTime = "evt.time": CharBuf Na Event,
        "Local time of day with nanoseconds, HH:MM:SS.nnnnnnnnn.";
    EvtTimeIso8601 = "evt.time.iso8601": CharBuf Na Event,
        "Time in UTC as ISO 8601 with nanoseconds and +0000.";
    EvtTimeS = "evt.time.s": CharBuf Na Event,
        "Local time of day to the second, HH:MM:SS.";
    EvtType = "evt.type": CharBuf Na Event,
        "Name of the event, for system calls the name of the call: openat, read, execve …";
    EvtTypeIs = "evt.type.is": Uint32 Na Type [required(IndexOrName)],
        "1 when the event is of the named type (evt.type.is.open) or has that type number, else 0.";
    EvtWaitLatency = "evt.wait_latency": RelTime Dec Event,
        "evt.latency of calls that wait, on their exit; 0 when the capture has no enter event for it, absent for other calls.";
    FdCip = "fd.cip": IpAddr Na Fd [optional(OneOf(IP_VERSIONS))],
        "Address of the client end of a connection; absent while it is not known which end is the client.";
    FdCipName = "fd.cip.name": CharBuf Na Fd NO_RHS NO_TRANSFORMER,
        "Host name of the client's address; absent when nothing in the capture names it.";
    FdCnet = "fd.cnet": IpNet Na Fd FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: whether the client's address lies in a network, fd.cnet = 10.0.0.0/8.";
    FdConnected = "fd.connected": Bool Na Event,
        "Whether the socket is connected; false for everything but sockets.";
    FdContainerdirectory = "fd.containerdirectory": CharBuf Na Event,
        "Container id and fd.directory with a colon between, so that equal paths of two containers stay apart.";
    FdContainername = "fd.containername": CharBuf Na Event,
        "Container id and fd.name with a colon between, so that equal names of two containers stay apart.";
    FdCport = "fd.cport": Port Dec Fd,
        "Port of the client end of a connection; absent while it is not known which end is the client.";
    FdCproto = "fd.cproto": CharBuf Na Fd,
        "Service name of the client's port, the number where there is no name.";
    FdDev = "fd.dev": Int32 Hex Fd,
        "Device number of the file's file system, hexadecimal; absent when not recorded.";
    FdDevMajor = "fd.dev.major": Int32 Dec Fd,
        "Major part of fd.dev, the kind of device.";
    FdDevMinor = "fd.dev.minor": Int32 Dec Fd,
        "Minor part of fd.dev, which one of its kind.";
    FdDirectory = "fd.directory": CharBuf Na Fd,
        "Directory of the file, the path itself for a directory; absent for sockets and pipes.";
    FdFilename = "fd.filename": CharBuf Na Fd,
        "Last part of the file's path; absent for everything but files.";
    FdIno = "fd.ino": Int64 Dec Fd,
        "Inode number of the file; absent when not recorded.";
    FdIp = "fd.ip": IpAddr Na Fd [optional(OneOf(IP_VERSIONS))] FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: address of either end; = when one end matches, != when neither does.";
    FdIsLowerLayer = "fd.is_lower_layer": Bool Na Event,
        "Whether the file comes from a lower layer of an overlay file system, i.e. out of the image.";
    FdIsServer = "fd.is_server": Bool Na Event,
        "Whether this machine is the server of the connection; false for everything but sockets.";
    FdIsUpperLayer = "fd.is_upper_layer": Bool Na Event,
        "Whether the file lies in the upper layer of an overlay file system, i.e. was written in the container.";
    FdL4proto = "fd.l4proto": CharBuf Na Fd,
        "Transport of an IP socket: tcp, udp, icmp, raw; \"<NA>\" while not known, absent for everything else.";
    FdLip = "fd.lip": IpAddr Na Event [optional(OneOf(IP_VERSIONS))],
        "Address of this machine's (or container's) end of a connection.";
    FdLipName = "fd.lip.name": CharBuf Na Event NO_RHS NO_TRANSFORMER,
        "Host name of the local address; absent when nothing in the capture names it.";
    FdLnet = "fd.lnet": IpNet Na Event FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: whether the local address lies in a network, fd.lnet = 10.0.0.0/8.";
    FdLport = "fd.lport": Port Dec Event,
        "Port of this machine's (or container's) end of a connection.";
    FdLproto = "fd.lproto": CharBuf Na Event,
        "Service name of the local port, the number where there is no name.";
    FdName = "fd.name": CharBuf Na Fd,
        "Full path of a file, client->server of a connection (ip:port->ip:port), path of a unix socket; absent without a descriptor.";
    FdNameChanged = "fd.name_changed": Bool Na Event,
        "Whether this event gave its descriptor another name, e.g. a connect.";
    FdNameraw = "fd.nameraw": CharBuf Na Fd,
        "Path as the program wrote it, made neither absolute nor shorter but for doubled slashes.";
    FdNet = "fd.net": IpNet Na Fd FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: whether the address of either end lies in a network.";
    FdNum = "fd.num": Int64 Id Fd,
        "Number of the event's descriptor, -1 when the call made none; absent for events that use no descriptor.";
    FdPort = "fd.port": Port Dec Fd FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: port of either end; = when one end matches, != when neither does.";
    FdProto = "fd.proto": Port Na Fd FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: port of either end, given as a number or a service name (https).";
    FdRip = "fd.rip": IpAddr Na Event [optional(OneOf(IP_VERSIONS))],
        "Address of the far end of a connection.";
    FdRipName = "fd.rip.name": CharBuf Na Event NO_RHS NO_TRANSFORMER,
        "Host name of the far end's address; absent when nothing in the capture names it.";
    FdRnet = "fd.rnet": IpNet Na Event FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: whether the far end's address lies in a network, fd.rnet = 10.0.0.0/8.";
    FdRport = "fd.rport": Port Dec Event,
        "Port of the far end of a connection.";
    FdRproto = "fd.rproto": CharBuf Na Event,
        "Service name of the far end's port, the number where there is no name.";
    FdSip = "fd.sip": IpAddr Na Fd [optional(OneOf(IP_VERSIONS))],
        "Address of the server end of a connection; absent while it is not known which end is the server.";
    FdSipName = "fd.sip.name": CharBuf Na Fd NO_RHS NO_TRANSFORMER,
        "Host name of the server's address; absent when nothing in the capture names it.";
    FdSnet = "fd.snet": IpNet Na Fd FILTER_ONLY NO_RHS NO_TRANSFORMER,
        "Filter only: whether the server's address lies in a network, fd.snet = 10.0.0.0/8.";
    FdSockfamily = "fd.sockfamily": CharBuf Na Fd,
        "\"ip\" or \"unix\"; absent for everything but those sockets.";
    FdSport = "fd.sport": Port Dec Fd,
        "Port of the server end of a connection, also of a socket that only listens.";
    FdSproto = "fd.sproto": CharBuf Na Fd,
        "Service name of the server's port, the number where there is no name.";
    FdType = "fd.type": CharBuf Dec Fd,
        "Kind of descriptor as a word: file, directory, ipv4, ipv6, unix, pipe, event, inotify, timerfd …";
    FdTypechar = "fd.typechar": CharBuf Dec Fd,
        "Kind of descriptor as a letter: f file, d directory, 4 and 6 IP sockets, u unix, p pipe, e event, o other …";
    FdTypes = "fd.types": CharBuf Dec Event [optional(Index)] LIST NO_RHS,
        "Every kind of descriptor the process has open, each once; with [N] the kind of descriptor N.";
    FdUid = "fd.uid": CharBuf Na Event,
        "Thread id and descriptor number written together, so that equal numbers of two threads stay apart.";
    FdlistCips = "fdlist.cips": CharBuf Na Event,
        "Client addresses of the descriptors polled, separated by commas; absent for everything but poll.";
    FdlistCports = "fdlist.cports": CharBuf Dec Event,
        "Client ports of the descriptors polled, separated by commas; absent for everything but poll.";
    FdlistNames = "fdlist.names": CharBuf Na Event,
        "Names of the descriptors polled, separated by commas; absent for everything but poll.";
    FdlistNums = "fdlist.nums": CharBuf Id Event,
        "Numbers of the descriptors polled, separated by commas; absent for everything but poll.";
    FdlistSips = "fdlist.sips": CharBuf Na Event,
        "Server addresses of the descriptors polled, separated by commas; absent for everything but poll.";
    FdlistSports = "fdlist.sports": CharBuf Dec Event,
        "Server ports of the descriptors polled, separated by commas; absent for everything but poll.";
    FsPathName = "fs.path.name": CharBuf Na Event,
        "Absolute path that a successful call opened, made, removed or changed; absent on failures except of open.";
    FsPathNameraw = "fs.path.nameraw": CharBuf Na Event,
        "fs.path.name as the program wrote it.";
    FsPathSource = "fs.path.source": CharBuf Na Event,
        "Absolute path from which a successful rename, link, symlink or mount works.";
    FsPathSourceraw = "fs.path.sourceraw": CharBuf Na Event,
        "fs.path.source as the program wrote it.";
    FsPathTarget = "fs.path.target": CharBuf Na Event,
        "Absolute path to which a successful rename, link, symlink or mount works.";
    FsPathTargetraw = "fs.path.targetraw": CharBuf Na Event,
        "fs.path.target as the program wrote it.";
    GroupGid = "group.gid": Uint32 Id Thread,
        "Effective group id of the thread.";
    GroupName = "group.name": CharBuf Na Thread,
        "Name of that group in the capture's group list; \"<NA>\" when the list lacks it.";
    K8sDeploymentId = "k8s.deployment.id": CharBuf Na Thread,
        "Id of the pod's deployment; absent: captures hold no Kubernetes API data.";
    K8sDeploymentLabel = "k8s.deployment.label": CharBuf Na Thread [required(Name)],
        "One label of the pod's deployment; absent: captures hold no Kubernetes API data.";
    K8sDeploymentLabels = "k8s.deployment.labels": CharBuf Na Thread,
        "All labels of the pod's deployment; absent: captures hold no Kubernetes API data.";
    K8sDeploymentName = "k8s.deployment.name": CharBuf Na Thread,
        "Name of the pod's deployment; absent: captures hold no Kubernetes API data.";
    K8sNsId = "k8s.ns.id": CharBuf Na Thread,
        "Id of the pod's namespace; absent: captures hold no Kubernetes API data.";
    K8sNsLabel = "k8s.ns.label": CharBuf Na Thread [required(Name)],
        "One label of the pod's namespace; absent: captures hold no Kubernetes API data.";
    K8sNsLabels = "k8s.ns.labels": CharBuf Na Thread,
        "All labels of the pod's namespace; absent: captures hold no Kubernetes API data.";
    K8sNsName = "k8s.ns.name": CharBuf Na Thread,
        "Namespace of the pod, from the container's labels; absent outside pods.";
    K8sPodCniJson = "k8s.pod.cni.json": CharBuf Na Thread,
        "Network set-up result (CNI JSON) of the pod; absent outside pods and when the runtime reported none.";
    K8sPodFullSandboxId = "k8s.pod.full_sandbox_id": CharBuf Na Thread,
        "The whole id of the pod's sandbox (pause) container; absent outside pods.";
    K8sPodId = "k8s.pod.id": CharBuf Na Thread,
        "Uid of the pod: the older name of k8s.pod.uid.";
    K8sPodIp = "k8s.pod.ip": CharBuf Na Thread,
        "IPv4 address of the pod; absent outside pods and when not recorded.";
    K8sPodLabel = "k8s.pod.label": CharBuf Na Thread [required(Name)],
        "Value of one pod label by its name; absent when the label is not set.";
    K8sPodLabels = "k8s.pod.labels": CharBuf Na Thread,
        "All pod labels as \"name:value, name:value\"; absent without any.";
    K8sPodName = "k8s.pod.name": CharBuf Na Thread,
        "Name of the pod, from the container's labels; absent outside pods.";
    K8sPodSandboxId = "k8s.pod.sandbox_id": CharBuf Na Thread,
        "Id of the pod's sandbox (pause) container, 12 hex digits; absent outside pods.";
    K8sPodUid = "k8s.pod.uid": CharBuf Na Thread,
        "Uid of the pod, from the container's labels; absent outside pods.";
    K8sRcId = "k8s.rc.id": CharBuf Na Thread,
        "Id of the pod's replication controller; absent: captures hold no Kubernetes API data.";
    K8sRcLabel = "k8s.rc.label": CharBuf Na Thread [required(Name)],
        "One label of the pod's replication controller; absent: captures hold no Kubernetes API data.";
    K8sRcLabels = "k8s.rc.labels": CharBuf Na Thread,
        "All labels of the pod's replication controller; absent: captures hold no Kubernetes API data.";
    K8sRcName = "k8s.rc.name": CharBuf Na Thread,
        "Name of the pod's replication controller; absent: captures hold no Kubernetes API data.";
    K8sRsId = "k8s.rs.id": CharBuf Na Thread,
        "Id of the pod's replica set; absent: captures hold no Kubernetes API data.";
    K8sRsLabel = "k8s.rs.label": CharBuf Na Thread [required(Name)],
        "One label of the pod's replica set; absent: captures hold no Kubernetes API data.";
    K8sRsLabels = "k8s.rs.labels": CharBuf Na Thread,
        "All labels of the pod's replica set; absent: captures hold no Kubernetes API data.";
    K8sRsName = "k8s.rs.name": CharBuf Na Thread,
        "Name of the pod's replica set; absent: captures hold no Kubernetes API data.";
    K8sSvcId = "k8s.svc.id": CharBuf Na Thread,
        "Id of a service in front of the pod; absent: captures hold no Kubernetes API data.";
    K8sSvcLabel = "k8s.svc.label": CharBuf Na Thread [required(Name)],
        "One label of a service in front of the pod; absent: captures hold no Kubernetes API data.";
    K8sSvcLabels = "k8s.svc.labels": CharBuf Na Thread,
        "All labels of a service in front of the pod; absent: captures hold no Kubernetes API data.";
    K8sSvcName = "k8s.svc.name": CharBuf Na Thread,
        "Name of a service in front of the pod; absent: captures hold no Kubernetes API data.";
    ProcAargs = "proc.aargs": CharBuf Na Thread [optional(Index)],
        "Arguments of an ancestor: [1] the parent's, [2] the grandparent's; without a number, those of any ancestor.";
    ProcAcmdline = "proc.acmdline": CharBuf Na Thread [optional(Index)] NO_RHS NO_TRANSFORMER,
        "Command line of an ancestor: [1] the parent's, [2] the grandparent's; without a number, that of any ancestor.";
    ProcAenv = "proc.aenv": CharBuf Na Thread [optional(IndexOrName)] NO_RHS NO_TRANSFORMER,
        "Environment of an ancestor by number, or by name the variable's value in the nearest ancestor that has it.";
    ProcAexe = "proc.aexe": CharBuf Na Thread [optional(Index)] NO_RHS NO_TRANSFORMER,
        "argv[0] of an ancestor: [1] the parent's, [2] the grandparent's; without a number, that of any ancestor.";
    ProcAexepath = "proc.aexepath": CharBuf Na Thread [optional(Index)] NO_RHS NO_TRANSFORMER,
        "Executable of an ancestor: [1] the parent's, [2] the grandparent's; without a number, that of any ancestor.";
    ProcAname = "proc.aname": CharBuf Na Thread [optional(Index)] NO_RHS NO_TRANSFORMER,
        "Name of an ancestor: [1] the parent's, [2] the grandparent's; without a number, that of any ancestor.";
    ProcApid = "proc.apid": Int64 Id Thread [optional(Index)] NO_RHS NO_TRANSFORMER,
        "Process id of an ancestor: [1] the parent's, [2] the grandparent's; without a number, that of any ancestor.";
    ProcArgs = "proc.args": CharBuf Na Thread [optional(Index)],
        "Arguments without argv[0], separated by blanks; [N] one of them, from 0.";
    ProcCmdlenargs = "proc.cmdlenargs": Uint64 Dec Thread,
        "Length of all arguments without argv[0] together, in bytes.";
    ProcCmdline = "proc.cmdline": CharBuf Na Thread,
        "Name of the process and its arguments, separated by blanks.";
    ProcCmdnargs = "proc.cmdnargs": Uint64 Dec Thread,
        "Number of arguments, argv[0] not counted.";
    ProcCwd = "proc.cwd": CharBuf Na Thread,
        "Working directory, with a slash at its end.";
    ProcDuration = "proc.duration": RelTime Dec Event,
        "Time since the process was started, ns; absent for processes older than the capture.";
    ProcEnv = "proc.env": CharBuf Na Thread [optional(Name)],
        "Whole environment, or [NAME] the value of one variable, empty when it is not set.";
    ProcExe = "proc.exe": CharBuf Na Thread,
        "argv[0]: what the program was called as.";
    ProcExeIno = "proc.exe_ino": Int64 Dec Thread,
        "Inode number of the executable; absent when not recorded.";
    ProcExeInoCtime = "proc.exe_ino.ctime": AbsTime Dec Thread,
        "Last change of the executable's inode, ns since the epoch; absent when not recorded.";
    ProcExeInoCtimeDurationPidnsStart = "proc.exe_ino.ctime_duration_pidns_start": AbsTime Dec Thread,
        "How long after the start of its pid namespace the executable last changed, ns; absent when it did not.";
    ProcExeInoCtimeDurationProcStart = "proc.exe_ino.ctime_duration_proc_start": AbsTime Dec Thread,
        "How long before the start of the process the executable last changed, ns; absent when not known.";
    ProcExeInoMtime = "proc.exe_ino.mtime": AbsTime Dec Thread,
        "Last write to the executable, ns since the epoch; absent when not recorded.";
    ProcExeline = "proc.exeline": CharBuf Na Thread,
        "argv[0] and the arguments, separated by blanks.";
    ProcExepath = "proc.exepath": CharBuf Na Thread,
        "Full path of the executable.";
    ProcFdlimit = "proc.fdlimit": Int64 Dec Event,
        "How many descriptors the process may have open (RLIMIT_NOFILE, soft); -1 when not known.";
    ProcFdopencount = "proc.fdopencount": Uint64 Dec Event,
        "Number of descriptors the process has open.";
    ProcFdusage = "proc.fdusage": Double Na Event,
        "Open descriptors as a percentage of the limit.";
    ProcIsContainerHealthcheck = "proc.is_container_healthcheck": Bool Na Thread,
        "Whether the process runs as the health check of its container.";
    ProcIsContainerLivenessProbe = "proc.is_container_liveness_probe": Bool Na Thread,
        "Whether the process runs as the liveness probe of its container.";
    ProcIsContainerReadinessProbe = "proc.is_container_readiness_probe": Bool Na Thread,
        "Whether the process runs as the readiness probe of its container.";
    ProcIsExeFromMemfd = "proc.is_exe_from_memfd": Bool Na Thread,
        "Whether the executable lives in memory only (memfd), not in a file system.";
    ProcIsExeLowerLayer = "proc.is_exe_lower_layer": Bool Na Thread,
        "Whether the executable comes from a lower layer of an overlay file system, i.e. out of the image.";
    ProcIsExeUpperLayer = "proc.is_exe_upper_layer": Bool Na Thread,
        "Whether the executable lies in the upper layer of an overlay file system, i.e. was written in the container.";
    ProcIsExeWritable = "proc.is_exe_writable": Bool Na Thread,
        "Whether the user who runs the executable could write to it.";
    ProcIsPgidLeader = "proc.is_pgid_leader": Bool Na Thread,
        "Whether the process leads its process group, by the host's numbers.";
    ProcIsSidLeader = "proc.is_sid_leader": Bool Na Thread,
        "Whether the process leads its session.";
    ProcIsVpgidLeader = "proc.is_vpgid_leader": Bool Na Thread,
        "Whether the process leads its process group, by the numbers of its pid namespace.";
    ProcLoginshellid = "proc.loginshellid": Int64 Id Thread,
        "Process id of the outermost shell around the process (name ending in \"sh\"); absent without one.";
    ProcName = "proc.name": CharBuf Na Thread,
        "Name of the process (comm), at most 15 characters.";
    ProcNchilds = "proc.nchilds": Uint64 Dec Event,
        "Number of threads besides the main one; child processes do not count.";
    ProcNthreads = "proc.nthreads": Uint64 Dec Event,
        "Number of live threads of the process.";
    ProcPcmdline = "proc.pcmdline": CharBuf Na Thread,
        "Command line of the parent process; absent when the parent is not known.";
    ProcPexe = "proc.pexe": CharBuf Na Thread,
        "argv[0] of the parent process; absent when the parent is not known.";
    ProcPexepath = "proc.pexepath": CharBuf Na Thread,
        "Executable of the parent process; absent when the parent is not known.";
    ProcPgid = "proc.pgid": Int64 Id Thread,
        "Process group id by the host's numbers; absent when not recorded.";
    ProcPgidExe = "proc.pgid.exe": CharBuf Na Event,
        "argv[0] of the leader of process group proc.pgid; empty when the leader is not known.";
    ProcPgidExepath = "proc.pgid.exepath": CharBuf Na Event,
        "Executable of the leader of process group proc.pgid; empty when the leader is not known.";
    ProcPgidName = "proc.pgid.name": CharBuf Na Event,
        "Name of the leader of process group proc.pgid; empty when the leader is not known.";
    ProcPid = "proc.pid": Int64 Id Thread,
        "Process id by the host's numbers.";
    ProcPidTs = "proc.pid.ts": RelTime Dec Thread,
        "Start of the process, ns since the epoch; absent for processes older than the capture.";
    ProcPidnsInitStartTs = "proc.pidns_init_start_ts": Uint64 Dec Thread,
        "Start of the first process of the pid namespace, ns since the epoch; absent when not recorded.";
    ProcPname = "proc.pname": CharBuf Na Thread,
        "Name of the parent process; absent when the parent is not known.";
    ProcPpid = "proc.ppid": Int64 Id Thread,
        "Process id of the parent; absent when the parent is not known.";
    ProcPpidDuration = "proc.ppid.duration": RelTime Dec Event,
        "Time since the parent process was started, ns; absent when it is older than the capture.";
    ProcPpidTs = "proc.ppid.ts": RelTime Dec Thread,
        "Start of the parent process, ns since the epoch; absent when it is older than the capture.";
    ProcPvpid = "proc.pvpid": Int64 Id Thread,
        "Process id of the parent by the numbers of its own pid namespace; absent when the parent is not known.";
    ProcSid = "proc.sid": Int64 Id Thread,
        "Session id, by the numbers of the process's pid namespace; -1 when not known.";
    ProcSidExe = "proc.sid.exe": CharBuf Na Event,
        "argv[0] of the session leader; empty when the leader is not known.";
    ProcSidExepath = "proc.sid.exepath": CharBuf Na Event,
        "Executable of the session leader; empty when the leader is not known.";
    ProcSname = "proc.sname": CharBuf Na Event,
        "Name of the session leader; empty when the leader is not known.";
    ProcStderrName = "proc.stderr.name": CharBuf Na Event,
        "Where descriptor 2 leads, as fd.name; absent when it is not open or not known.";
    ProcStderrType = "proc.stderr.type": CharBuf Na Event,
        "What descriptor 2 is, as fd.type; absent when it is not open or not known.";
    ProcStdinName = "proc.stdin.name": CharBuf Na Event,
        "Where descriptor 0 leads, as fd.name; absent when it is not open or not known.";
    ProcStdinType = "proc.stdin.type": CharBuf Na Event,
        "What descriptor 0 is, as fd.type; absent when it is not open or not known.";
    ProcStdoutName = "proc.stdout.name": CharBuf Na Event,
        "Where descriptor 1 leads, as fd.name; absent when it is not open or not known.";
    ProcStdoutType = "proc.stdout.type": CharBuf Na Event,
        "What descriptor 1 is, as fd.type; absent when it is not open or not known.";
    ProcTty = "proc.tty": Uint32 Id Thread,
        "Device number of the controlling terminal, 0 without one.";
    ProcVmrss = "proc.vmrss": Uint64 Dec Event,
        "Memory of the process that is in RAM, KiB.";
    ProcVmsize = "proc.vmsize": Uint64 Dec Event,
        "Address space of the process, KiB.";
    ProcVmswap = "proc.vmswap": Uint64 Dec Event,
        "Memory of the process that is swapped out, KiB.";
    ProcVpgid = "proc.vpgid": Int64 Id Thread,
        "Process group id, by the numbers of the process's pid namespace; -1 when not known.";
    ProcVpgidExe = "proc.vpgid.exe": CharBuf Na Event,
        "argv[0] of the leader of process group proc.vpgid; empty when the leader is not known.";
    ProcVpgidExepath = "proc.vpgid.exepath": CharBuf Na Event,
        "Executable of the leader of process group proc.vpgid; empty when the leader is not known.";
    ProcVpgidName = "proc.vpgid.name": CharBuf Na Event,
        "Name of the leader of process group proc.vpgid; empty when the leader is not known.";
    ProcVpid = "proc.vpid": Int64 Id Thread,
        "Process id as the process sees it inside its pid namespace; absent when not known.";
    SyscallType = "syscall.type": CharBuf Na Event,
        "Name of the system call; absent for events that are no system calls.";
    SyslogFacility = "syslog.facility": Uint32 Dec Event,
        "Number of the syslog facility of a message; absent for events that write none.";
    SyslogFacilityStr = "syslog.facility.str": CharBuf Na Event,
        "Name of the syslog facility of a message: kern, user, mail, daemon …";
    SyslogMessage = "syslog.message": CharBuf Na Event,
        "Text of a message written to syslog; absent for events that write none.";
    SyslogSeverity = "syslog.severity": Uint32 Dec Event,
        "Number of the syslog severity of a message, 0 the worst, 7 debug; absent for events that write none.";
    SyslogSeverityStr = "syslog.severity.str": CharBuf Na Event,
        "Name of the syslog severity of a message: emerg, alert, crit, err, warn, notice, info, debug.";
    ThreadCapEffective = "thread.cap_effective": CharBuf Na Thread,
        "Capabilities the thread can use now, separated by blanks.";
    ThreadCapInheritable = "thread.cap_inheritable": CharBuf Na Thread,
        "Capabilities the thread keeps across execve, separated by blanks.";
    ThreadCapPermitted = "thread.cap_permitted": CharBuf Na Thread,
        "Capabilities the thread may give itself, separated by blanks.";
    ThreadCgroup = "thread.cgroup": CharBuf Na Thread [required(Dotted)],
        "Path of one cgroup of the thread by its subsystem, e.g. thread.cgroup.memory; absent when it has none there.";
    ThreadCgroups = "thread.cgroups": CharBuf Na Thread,
        "All cgroups of the thread as subsystem=path, separated by blanks.";
    ThreadCpu = "thread.cpu": Double Na Event,
        "CPU use of the thread over the last second, percent; only on the recorder's CPU samples.";
    ThreadCpuSystem = "thread.cpu.system": Double Na Event,
        "The part of thread.cpu spent in the kernel.";
    ThreadCpuUser = "thread.cpu.user": Double Na Event,
        "The part of thread.cpu spent in the program.";
    ThreadExectime = "thread.exectime": RelTime Dec Event,
        "How long the thread held the CPU that it gives up with this event, ns; only on switch.";
    ThreadIsmain = "thread.ismain": Bool Na Thread,
        "Whether the thread is the main thread of its process.";
    ThreadNametid = "thread.nametid": CharBuf Na Thread HIDDEN,
        "Name and id of the thread written together, so that equal names stay apart.";
    ThreadPfmajor = "thread.pfmajor": Uint64 Dec Event,
        "Page faults of the thread so far that had to wait for a disk.";
    ThreadPfminor = "thread.pfminor": Uint64 Dec Event,
        "Page faults of the thread so far that needed no disk.";
    ThreadTid = "thread.tid": Int64 Id Thread,
        "Thread id by the host's numbers.";
    ThreadTotexectime = "thread.totexectime": RelTime Dec Event,
        "Sum of the thread's thread.exectime so far, ns; only on switch.";
    ThreadVmrss = "thread.vmrss": Uint64 Dec Event,
        "proc.vmrss on main threads, 0 on all others, so that views can add it up; KiB.";
    ThreadVmrssB = "thread.vmrss.b": Uint64 Dec Event HIDDEN,
        "thread.vmrss in bytes.";
    ThreadVmsize = "thread.vmsize": Uint64 Dec Event,
        "proc.vmsize on main threads, 0 on all others, so that views can add it up; KiB.";
    ThreadVmsizeB = "thread.vmsize.b": Uint64 Dec Event HIDDEN,
        "thread.vmsize in bytes.";
    ThreadVtid = "thread.vtid": Int64 Id Thread,
        "Thread id as the thread sees it inside its pid namespace; absent when not known.";
    UserHomedir = "user.homedir": CharBuf Na Thread,
        "Home directory of the user in the capture's user list; \"<NA>\" when the list lacks the user.";
    UserLoginname = "user.loginname": CharBuf Na Thread,
        "Name of the user who logged in, kept across su and sudo; \"<NA>\" when not known.";
    UserLoginuid = "user.loginuid": Int64 Id Thread,
        "Id of the user who logged in, kept across su and sudo; -1 for services.";
    UserName = "user.name": CharBuf Na Thread,
        "Name of the thread's effective user in the capture's user list (the host's); \"<NA>\" when the list lacks it.";
    UserShell = "user.shell": CharBuf Na Thread,
        "Login shell of the user in the capture's user list; \"<NA>\" when the list lacks the user.";
    UserUid = "user.uid": Uint32 Id Thread,
        "Effective user id of the thread.";
    UtilCnt = "util.cnt": Uint64 Id Event PRINT_ONLY,
        "Counts up by one with each event that is printed.";
}
