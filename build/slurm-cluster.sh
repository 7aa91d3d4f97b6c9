#!/usr/bin/env bash
# A Slurm cluster on this machine alone, to try and to test what runs on one: munged, slurmctld and three nodes of four
# made-up processors, 8 GB and two fake GPUs each, all on loopback with free ports, a key and a socket of its own, in one folder.
#
#   build/slurm-cluster.sh start FOLDER [--owner PID]   prints what a shell needs: eval "$(build/slurm-cluster.sh start /tmp/cluster)"
#   build/slurm-cluster.sh stop FOLDER                  ends it with its jobs, and removes the folder
#   build/slurm-cluster.sh stop-stale                   ends those whose owner is gone ($TMPDIR/composer-slurm-*)
#   build/slurm-cluster.sh lacks                        says what is missing and ends with 3; else ends with 0
#   build/slurm-cluster.sh fault FOLDER WHAT [WHICH]    WHAT is one of
#       kill-daemon NODE        slurmd alone: what runs there runs on
#       kill-node NODE          slurmd and everything that runs there
#       start-node NODE         slurmd again
#       stop-controller         slurmctld, by SIGTERM
#       kill-controller         the same by SIGKILL
#       start-controller        waits until it answers
#       kill-job JOBID          SIGKILL to the job's processes, as the kernel does when memory is short
#
# Partitions: cpu (the default), gpu (GPUs are asked for by --gres), minute (no job longer), low, grace and requeue (their jobs give
# way to those of cpu, gpu and minute: low's are cancelled, grace's are sent their signal a minute before, requeue's are queued again).
# There is no accounting: sacct fails.
# Needs Linux and: apt-get install --no-install-recommends slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge
set -euo pipefail
unset CDPATH
export PATH="$PATH:/usr/sbin:/sbin"

packages="slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge"
nodes="n1 n2 n3"
mark=COMPOSER_SLURM_CLUSTER

fail() { echo "slurm-cluster.sh: $1" >&2; exit "${2:-1}"; }

# A socket's path has at most 107 bytes.
longest_folder=90

what_lacks() {
  local program
  if [ "$(uname -s)" != Linux ]; then echo "it is for Linux"; return; fi
  for program in munged slurmctld slurmd sbatch squeue; do
    if ! command -v "$program" > /dev/null; then
      echo "there is no $program; 'apt-get install --no-install-recommends $packages' brings it"
      return
    fi
  done
}

free_ports() {
  local count="$1" port taken
  taken=" $(awk 'FNR > 1 { split($2, a, ":"); print a[2] }' /proc/net/tcp /proc/net/tcp6 2> /dev/null | tr '\n' ' ') "
  while [ "$count" -gt 0 ]; do
    port=$((10000 + (RANDOM * 32768 + RANDOM) % 20000))
    case "$taken" in *" $(printf '%04X' "$port") "*) continue ;; esac
    taken="$taken$(printf '%04X' "$port") "
    echo "$port"
    count=$((count - 1))
  done
}

# Every daemon and whatever a daemon started, without those that have ended and that nobody has waited for yet: daemons and jobs by their
# environment; slurmstepd, which writes its name over its own, by its folder, that of its node's log.
processes() {
  local pid where
  for pid in /proc/[0-9]*; do
    where="$(readlink "$pid/cwd")" || continue
    case "$where" in
      "$folder/log/"*) echo "${pid#/proc/}" ;;
      *) if has "$pid" "$mark=$folder" "SLURM_CLUSTER_NAME=$name"; then echo "${pid#/proc/}"; fi ;;
    esac
  done 2> /dev/null
}

# Whether the environment of a process has one of these.
has() {
  local pid="$1" variable patterns=()
  shift
  for variable in "$@"; do patterns+=(-e "$variable"); done
  tr '\0' '\n' 2> /dev/null < "$pid/environ" | grep -qxF "${patterns[@]}"
}

node_processes() {
  local pid
  for pid in $(processes); do
    if [ "$(readlink "/proc/$pid/cwd")" = "$folder/log/$1" ] || has "/proc/$pid" "SLURMD_NODENAME=$1"; then echo "$pid"; fi
  done 2> /dev/null
}

kill_all() {
  local signal="$1" pid
  shift
  for pid in "$@"; do kill "-$signal" "$pid" 2> /dev/null || true; done
}

is_alive() { [ -n "$(readlink "/proc/${1:-none}/cwd" 2> /dev/null)" ]; }

wait_until_gone() {
  local tries=0
  while is_alive "$1" && [ $tries -lt 250 ]; do sleep 0.02; tries=$((tries + 1)); done
}

pid_of() { cat "$folder/run/$1.pid" 2> /dev/null || true; }

environment() {
  printf 'export SLURM_CONF=%q\n' "$folder/slurm.conf"
}

write_settings() {
  local ports node number=0
  mapfile -t ports < <(free_ports 4)
  mkdir -p "$folder"/{run,log,state/env_cache,gpus}
  chmod 755 "$folder"
  head -c 1024 /dev/urandom > "$folder/munge.key"
  chmod 400 "$folder/munge.key"
  # What a login shell would set, which Slurm asks for with --export=NIL too: this machine's own may take seconds.
  printf 'PATH=/usr/local/bin:/usr/bin:/bin\nHOME=%s\nUSER=%s\nSHELL=/bin/sh\n' "${HOME:-/}" "$(id -un)" > "$folder/state/env_cache/$(id -un)"
  : > "$folder/gres.conf"
  for node in $nodes; do
    mkdir -p "$folder/spool/$node" "$folder/log/$node"
    ln -sf /dev/null "$folder/gpus/$node-0"
    ln -sf /dev/null "$folder/gpus/$node-1"
    echo "NodeName=$node Name=gpu File=$folder/gpus/$node-[0-1]" >> "$folder/gres.conf"
  done
  {
    cat << SETTINGS
ClusterName=$name
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/%n/slurmd.log
SlurmctldParameters=preempt_send_user_signal
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=500
GresTypes=gpu
SlurmdParameters=config_overrides
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
ReturnToService=2
MinJobAge=${COMPOSER_SLURM_MIN_JOB_AGE:-20}
SlurmdTimeout=8
SlurmctldTimeout=10
MessageTimeout=10
InactiveLimit=0
GetEnvTimeout=0
KillWait=3
OverTimeLimit=0
MaxArraySize=1001
MaxJobCount=2000
SETTINGS
    for node in $nodes; do
      number=$((number + 1))
      echo "NodeName=$node NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[$number]} CPUs=4 RealMemory=8000 Gres=gpu:2 Feature=made-up,$node State=UNKNOWN"
    done
    cat << 'SETTINGS'
PartitionName=cpu Nodes=n[1-3] Default=YES MaxTime=INFINITE DefaultTime=60 PriorityTier=10 PreemptMode=OFF State=UP
PartitionName=gpu Nodes=n[1-3] MaxTime=1-00:00:00 DefaultTime=60 PriorityTier=10 PreemptMode=OFF State=UP
PartitionName=minute Nodes=n[1-3] MaxTime=1 DefaultTime=1 PriorityTier=10 PreemptMode=OFF State=UP
PartitionName=low Nodes=n[1-3] MaxTime=INFINITE DefaultTime=60 PriorityTier=1 PreemptMode=CANCEL State=UP
PartitionName=grace Nodes=n[1-3] MaxTime=INFINITE DefaultTime=60 PriorityTier=1 PreemptMode=CANCEL GraceTime=60 State=UP
PartitionName=requeue Nodes=n[1-3] MaxTime=INFINITE DefaultTime=60 PriorityTier=1 PreemptMode=REQUEUE State=UP
SETTINGS
  } > "$folder/slurm.conf"
}

# A daemon outlives this script and its terminal, and keeps none of its pipes.
daemon() {
  env -i "$mark=$folder" PATH="$PATH" HOME="${HOME:-/}" ${LANG:+LANG="$LANG"} SLURM_CONF="$folder/slurm.conf" \
    setsid "$@" < /dev/null > "$folder/log/started.log" 2>&1
}

# The last lines of logs that are there; a cluster that does not start is ended at once, and they with it.
last_words() {
  local file
  for file in "$@"; do tail -n 2 "$file" 2> /dev/null || true; done | tr '\n' ' '
}

start_munge() {
  daemon munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/run/munged.pid" \
    --log-file="$folder/log/munged.log" --seed-file="$folder/run/munged.seed" --num-threads=2 \
    || fail "munged does not start: $(last_words "$folder/log/munged.log" "$folder/log/started.log")"
}

start_controller() {
  local tries=0
  daemon slurmctld -f "$folder/slurm.conf" "$@" \
    || fail "slurmctld does not start: $(last_words "$folder/log/slurmctld.log" "$folder/log/started.log")"
  while ! SLURM_CONF="$folder/slurm.conf" scontrol ping 2> /dev/null | grep -q 'is UP'; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || fail "slurmctld does not answer: $(tail -3 "$folder/log/slurmctld.log" | tr '\n' ' ')"
    sleep 0.05
  done
}

start_node() {
  local node="$1"
  daemon slurmd -f "$folder/slurm.conf" -N "$node" \
    || fail "slurmd of $node does not start: $(last_words "$folder/log/$node/slurmd.log" "$folder/log/started.log")"
}

wait_for_nodes() {
  local tries=0
  while [ "$(SLURM_CONF="$folder/slurm.conf" sinfo -h -N -p cpu -t idle -o %N 2> /dev/null | wc -l)" -lt 3 ]; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || fail "the nodes are not ready: $(SLURM_CONF="$folder/slurm.conf" sinfo -N -l 2>&1 | tr '\n' ' ')"
    sleep 0.05
  done
}

open_folder() {
  [ -n "${1:-}" ] || fail "it needs a folder; without arguments it says how it is called" 2
  folder="$(realpath -m "$1")"
  name="c$(printf %s "$folder" | cksum | cut -d ' ' -f 1)"
}

start() {
  local lacking owner="$2" node
  lacking="$(what_lacks)"
  [ -z "$lacking" ] || fail "no cluster here: $lacking." 3
  [ "${#folder}" -le $longest_folder ] || fail "'$folder' is longer than $longest_folder bytes, and a socket must lie in it: take another folder." 2
  case "$folder" in *[!-A-Za-z0-9_./]*) fail "'$folder' has characters that slurm.conf does not take: letters, digits and - _ . / are good." 2 ;; esac
  if [ -e "$folder/slurm.conf" ]; then fail "'$folder' has a cluster already; 'build/slurm-cluster.sh stop $folder' ends it." 2; fi
  if [ -n "$(ls -A "$folder" 2> /dev/null)" ]; then fail "'$folder' is not empty, and would be removed at the end: take another folder." 2; fi
  mkdir -p "$folder"
  if [ -n "$owner" ]; then echo "$owner $(start_time "$owner")" > "$folder/owner"; fi
  trap 'code=$?; if [ $code != 0 ]; then stop; fi; exit $code' EXIT
  write_settings
  start_munge
  start_controller -c
  for node in $nodes; do start_node "$node"; done
  wait_for_nodes
  environment
}

stop() {
  local tries=0 left
  if [ ! -e "$folder/slurm.conf" ] && [ ! -e "$folder/owner" ]; then fail "'$folder' has no cluster." 2; fi
  # The controller first: it would start what ends with its node anew. Jobs and daemons then go without being asked.
  kill_all KILL $(pid_of slurmctld)
  while [ $tries -lt 50 ]; do
    left="$(processes)"
    [ -n "$left" ] || break
    kill_all KILL $left
    tries=$((tries + 1))
    sleep 0.05
  done
  rm -rf "$folder"
}

# When a process began, in the kernel's ticks: an id is given to another process one day.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2> /dev/null | cut -d ' ' -f 20; }

stop_stale() {
  local file pid began
  for file in "${TMPDIR:-/tmp}"/composer-slurm-*/owner; do
    if [ -e "$file" ]; then
      read -r pid began < "$file" || continue
      if [ "$(start_time "$pid")" != "$began" ]; then
        open_folder "$(dirname "$file")"
        echo "slurm-cluster.sh: ending the cluster of a process that is gone, $folder" >&2
        stop
      fi
    fi
  done
}

fault() {
  local what="$1" which="${2:-}" pid
  case "$what" in
    kill-daemon) pid="$(pid_of "$which")"; kill_all KILL "$pid"; wait_until_gone "$pid" ;;
    kill-node)
      kill_all KILL $(pid_of "$which")
      kill_all KILL $(node_processes "$which")
      ;;
    start-node) start_node "$which" ;;
    stop-controller) pid="$(pid_of slurmctld)"; kill_all TERM "$pid"; wait_until_gone "$pid" ;;
    kill-controller) pid="$(pid_of slurmctld)"; kill_all KILL "$pid"; wait_until_gone "$pid" ;;
    start-controller) start_controller ;;
    kill-job)
      for pid in $(processes); do
        if has "/proc/$pid" "SLURM_JOB_ID=$which" && [ "$(cat "/proc/$pid/comm")" != slurmstepd ]; then kill_all KILL "$pid"; fi
      done
      ;;
    *) fail "there is no fault '$what'; without arguments it says which there are." 2 ;;
  esac
}

case "${1:-}" in
  start)
    open_folder "${2:-}"
    owner=
    if [ "${3:-}" = --owner ]; then owner="${4:?}"; fi
    start "$folder" "$owner"
    ;;
  stop) open_folder "${2:-}"; stop ;;
  stop-stale) stop_stale ;;
  lacks)
    lacking="$(what_lacks)"
    if [ -n "$lacking" ]; then echo "$lacking"; exit 3; fi
    ;;
  fault)
    open_folder "${2:-}"
    [ -e "$folder/slurm.conf" ] || fail "'$folder' has no cluster." 2
    fault "${3:-}" "${4:-}"
    ;;
  *)
    sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac
