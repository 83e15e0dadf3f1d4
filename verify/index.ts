/** What check files may use, and all of it. */
export { atOnce } from './check/at-once.ts';
export { check, type CheckKit } from './check/check.ts';
export type { EngineLab, LabContainerOptions } from './check/engine-lab.ts';
export { fingerprint } from './check/fingerprint.ts';
export { firstAnswer } from './check/http.ts';
export { inTurns } from './check/in-turns.ts';
export { configureNginx, nginxApplication, nginxCommand, nginxConfiguration } from './check/nginx-application.ts';
export { sameWindow } from './check/same-window.ts';
export { askContainers, askGuests, webContainers, webGuests } from './check/web-instances.ts';
export type { Lab, LabGuestOptions, OwnEngine } from './check/lab.ts';
export { once } from './check/once.ts';
export { allPartsHold } from './check/parts.ts';
export { stopwatch } from './check/stopwatch.ts';
export { gib, kib, mib } from './check/units.ts';
export { settled, until } from './lab/wait.ts';
export {
  asOrdinaryUser,
  engineDefault,
  everything,
  hardened,
  misconfigurations,
  type Grant,
} from './lab/breakout/configurations.ts';
export { loadAppArmorProfile } from './lab/breakout/apparmor.ts';
export { attemptEngineSocket, type EngineSocketAttempt } from './lab/breakout/engine-socket.ts';
export { allCapabilities } from './lab/container/oci-config.ts';
export { breakoutMachine, type Attempt, type BreakoutMachine } from './lab/breakout/machine.ts';
export { techniques, type TechniqueId } from './lab/breakout/techniques.ts';
export type { BoundedCgroup } from './lab/cgroup/bounded.ts';
export { cgroupFolderOf, usageOfProcess, type CgroupUsage } from './lab/cgroup/usage.ts';
export { crashBundle, startBundle } from './lab/container/bundle.ts';
export { crunRuntime } from './lab/container/crun.ts';
export { checkpointed } from './lab/container/checkpoint.ts';
export { containerLayers } from './lab/container/layers.ts';
export { exportTree } from './lab/container/export.ts';
export { handMade, type Wall } from './lab/container/hand-made.ts';
export { runExported } from './lab/container/exported.ts';
export type { Container } from './lab/container/types.ts';
export { packagedDocument, type PackagedDocument } from './lab/documents.ts';
export { loadImage, pullImage, pushImage, saveImage, squashedImage } from './lab/engine/exchange.ts';
export type { DiskController, DiskFormat } from './lab/guest/boot-disk.ts';
export { backUpDisk } from './lab/guest/backup.ts';
export { bootSector } from './lab/guest/boot-sector.ts';
export { diskLayers } from './lab/guest/disk-layers.ts';
export { watch } from './lab/meter.ts';
export { guestMemory } from './lab/guest/memory.ts';
export { sayElf } from './lab/guest/one-program.ts';
export { arm64Firmware, gnuMach, type OtherSystem } from './lab/guest/other-systems.ts';
export type { Image } from './lab/engine/types.ts';
export type { RunningGuest } from './lab/guest/types.ts';
export { accountOf, memoryOf, shimOf } from './lab/host/memory.ts';
export { identityOf, isAlive, withDescendants as processesOf } from './lab/host/process.ts';
export { schedulingOf } from './lab/host/scheduling.ts';
export { hostTool } from './lab/host/tool.ts';
export { freePort } from './lab/network/free-port.ts';
export type { NetworkPlace } from './lab/network/place.ts';
export type { Subject } from './lab/subject.ts';
export { treeDigest, treeDigestScript } from './lab/tree-digest.ts';
export { unpackedPackage } from './lab/unpacked-package.ts';
export {
  amount,
  amounts,
  ladder,
  paired,
  replay,
  replayPaired,
  samples,
  truth,
  values,
  type Measurement,
} from './measure/measurement.ts';
export { releasing } from './measure/releasing.ts';
export { pairedReadings } from './measure/together.ts';
export { startBalancer, type Balancer, type BalancerPlan } from './workload/balancer.ts';
export { installCpuTimer, type CpuTimer } from './workload/cpu-time.ts';
export { doWork, type FixedWork, type Spent } from './workload/fixed-work.ts';
export { fioLayOut, fioRun, type FioJob, type FioResult } from './workload/fio.ts';
export { bytesMoved, sharedJobs, smallerOperations, type SharedJob } from './workload/fio-jobs.ts';
export { mountTunedDisk, tunedDisk, untunedProcessor } from './workload/guest-tuning.ts';
export { virtualMachineExits } from './workload/vm-exits.ts';
export { iperf3Run, iperf3Server, listenInBackground } from './workload/iperf3.ts';
export { arm64Program, arm64UserMode, type UserModeEmulator } from './workload/foreign-program.ts';
export { keyring, type Keyring } from './workload/keyring.ts';
export { machineFiles, type MachineManager } from './workload/libvirt.ts';
export { findInMemory, peek, type MemorySpot, type Peek, type PeekWay } from './workload/memory-peek.ts';
export { leaveTraces, probeColumn, probes, type Place, type Probe, type ProbeColumn } from './workload/probes.ts';
export {
  isAllowed,
  readAnswers,
  rootOperations,
  rootOperationsScript,
  tryRootOperations,
  type Answers,
} from './workload/root-operations.ts';
export { exhaustQuota, quotaRefusal } from './workload/neighbour-quotas.ts';
export { processorShare, signal, spin, startHoldingService, startPinned } from './workload/neighbour.ts';
export { statusOf } from './workload/faulting-program.ts';
export { containerdBeside } from './workload/containerd.ts';
export { ociSchemas } from './workload/oci-schemas.ts';
export { startRegistry, type Cable, type Registry } from './workload/registry.ts';
export { cachedShare } from './workload/page-cache.ts';
export { isAnswered, steadyLoad, type Asked, type LoadReport, type SteadyLoad } from './workload/steady-load.ts';
export { startShop, type Shop, type ShopInstance } from './workload/shop.ts';
export { askForWord, serveAsInit } from './workload/small-web-server.ts';
export { overhear } from './workload/wire-tap.ts';
export { installSystemCallMeter, type SystemCallCosts } from './workload/system-call-cost.ts';
export { reachableSystemCalls, systemCallsOpenTo } from './workload/system-call-sweep.ts';
export { askForPages, webServer } from './workload/web-server.ts';
export { askedForHealth, firstAnswers, instanceIn, namingServer, versionsIn } from './workload/instances.ts';
export {
  answeringFor,
  asWanted,
  running,
  swarmStand,
  untilRestored,
  untilTasks,
  untilUpdated,
} from './workload/swarm-stand.ts';
export { kubernetesCluster } from './workload/kubernetes.ts';
export type { Swarm, SwarmService, SwarmTask } from './lab/swarm/types.ts';
export { lineThrough } from './statistics/line.ts';
export { echoServer, listens, roundTrips } from './workload/round-trips.ts';
export { arrivals, narrowLink } from './workload/narrow-link.ts';
export { networkRungs } from './measure/network-rungs.ts';
export { shape } from './lab/network/shape.ts';
export { besideBridges, trafficEnd } from './workload/traffic.ts';
export { roomForGuests } from './workload/room-for-guests.ts';
export { chiSquareOfEvenShares } from './statistics/chi-square.ts';
