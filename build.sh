#!/usr/bin/env bash
# Finds the .NET SDK, settles where NUKE comes from, builds the build project when it changed, and runs it.
set -euo pipefail

# With CDPATH, cd may go elsewhere and say so on standard output.
unset CDPATH

# MSBuild takes every variable for a property; these would change what is built and where.
unset PLATFORM Platform CONFIGURATION Configuration OUTDIR OutDir OUTPUTPATH OutputPath TARGETFRAMEWORK TargetFramework \
  RUNTIMEIDENTIFIER RuntimeIdentifier

# The folder of this file itself, wherever it is called from and through however many links.
file="${BASH_SOURCE[0]}"
while [ -L "$file" ]; do
  target="$(readlink "$file")"
  case "$target" in
    /*) file="$target" ;;
    *) file="$(dirname "$file")/$target" ;;
  esac
done
root="$(cd "$(dirname "$file")" && pwd -P)"
sdk_major=10

# What MSBuild reads as its own syntax in a path: it would build beside the clone, or not at all.
refuse_path() {
  case "$root" in
    *%[0-9A-Fa-f][0-9A-Fa-f]* | *[\\*?\"\`]* | *[\$@%]\(* | *$'\n'*)
      echo "build.sh: the clone's path, '$root', has a character that MSBuild reads as its own (% before two hexadecimal digits, \\, *, ?," \
        "a quote, a line break, or a bracket after \$, @ or %): give the clone another place or name." >&2
      exit 2
      ;;
  esac
}

sdk_in() { compgen -G "$1/sdk/$sdk_major.*" > /dev/null; }

# The folder of a dotnet that has a fitting SDK. The one on PATH may be a link or a wrapper script:
# a link is followed, a wrapper is asked.
find_dotnet() {
  local on_path folder
  if on_path="$(command -v dotnet)"; then
    folder="$(dirname "$(readlink -f "$on_path" 2> /dev/null || echo "$on_path")")"
    if sdk_in "$folder" || "$on_path" --list-sdks 2> /dev/null | grep -q "^$sdk_major\."; then
      dotnet="$on_path"
      return
    fi
  fi
  for folder in "${DOTNET_ROOT:-}" "${DOTNET_INSTALL_DIR:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet \
      /usr/lib64/dotnet /usr/local/share/dotnet /usr/local/share/dotnet/x64 /opt/dotnet /snap/dotnet-sdk/current; do
    if [ -n "$folder" ] && [ -x "$folder/dotnet" ] && sdk_in "$folder"; then
      dotnet="$folder/dotnet"
      export DOTNET_ROOT="$folder" PATH="$folder:$PATH"
      return
    fi
  done
  {
    echo "build.sh: the .NET $sdk_major SDK was not found (looked on PATH, in DOTNET_ROOT, ~/.dotnet and the usual folders)."
    echo "Get it from your distribution (Debian, Ubuntu: 'apt-get install dotnet-sdk-$sdk_major.0'; macOS: 'brew install dotnet-sdk')"
    echo "or from https://dotnet.microsoft.com/download/dotnet/$sdk_major.0, then run this again."
  } >&2
  exit 3
}

quiet_environment() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 NUKE_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  export DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false
  export DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true MSBUILDDISABLENODEREUSE=1
  # The CLI leaves first-use marks in its home: keep them inside the clone. NuGet follows that variable
  # too, so its folder (the cache, the user's NuGet.Config) is linked to where it always is; without a home
  # that can be written to, as in many containers, it lies inside the clone.
  if [ -z "${DOTNET_CLI_HOME:-}" ]; then
    local cli_home="$root/artifacts/dotnet-home"
    local link="$cli_home/.nuget" own=""
    if [ -n "${HOME:-}" ] && [ "$HOME" != / ] && mkdir -p "$HOME/.nuget" 2> /dev/null && [ -w "$HOME/.nuget" ]; then own="$HOME/.nuget"; fi
    mkdir -p "$cli_home"
    if [ -z "$own" ]; then
      if [ -L "$link" ]; then rm -f "$link"; fi
    elif [ "$(readlink "$link")" != "$own" ] && { [ -L "$link" ] || [ ! -e "$link" ]; }; then
      ln -sfn "$own" "$link"
    fi
    export DOTNET_CLI_HOME="$cli_home" XDG_DATA_HOME="$cli_home/.local/share"
  fi
}

version_of() { sed -n "s/.*PackageVersion Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" "$root/Directory.Packages.props"; }

# Restores a throw-away project that asks for NUKE alone.
probe_nuget() {
  local probe="$root/artifacts/probe" limit=() props
  rm -rf "$probe"
  mkdir -p "$probe"
  for props in Directory.Build.props Directory.Build.targets Directory.Packages.props; do
    echo '<Project />' > "$probe/$props"
  done
  cat > "$probe/probe.csproj" << EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net$sdk_major.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Nuke.Common" Version="$(version_of Nuke.Common)" />
  </ItemGroup>
</Project>
EOF
  if command -v timeout > /dev/null; then limit=(timeout 120); fi
  NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT=1 ${limit[@]+"${limit[@]}"} \
    "$dotnet" restore "$probe/probe.csproj" -v q -nologo > "$probe/restore.log" 2>&1
}

settle_nuke_source() {
  local file="$root/build/nuke-source.props" chosen="" how=""
  if [ -n "${COMPOSER_NUKE_SOURCE:-}" ]; then
    chosen="$COMPOSER_NUKE_SOURCE"
    how="COMPOSER_NUKE_SOURCE"
  elif [ -f "$file" ]; then
    chosen="$(sed -n 's:.*<NukeSource>\([^<]*\)</NukeSource>.*:\1:p' "$file")"
    how="remembered in build/nuke-source.props; delete it to probe again"
  elif probe_nuget; then
    chosen=nuget
    how="probed: Nuke.Common can be restored"
  else
    chosen=standin
    how="probed: Nuke.Common cannot be restored here, see artifacts/probe/restore.log"
  fi
  case "$chosen" in
    nuget | standin) ;;
    *)
      echo "build.sh: NUKE source '$chosen' ($how): it is 'nuget' or 'standin'." >&2
      exit 2
      ;;
  esac
  local line="<Project><PropertyGroup><NukeSource>$chosen</NukeSource></PropertyGroup></Project>"
  if [ ! -f "$file" ] || [ "$(cat "$file")" != "$line" ]; then echo "$line" > "$file"; fi
  echo "NUKE source: $chosen ($how)" >&2
}

# What the build project is made from, as one checksum of contents and paths.
build_inputs() {
  {
    find build -type f ! -name '*.lock.json'
    ls Directory.Build.props Directory.Build.targets Directory.Packages.props global.json \
      src/Composer.Core/Diagnostics/Suggestion.cs src/Composer.Training/Hardware/CppRuntime.cs \
      src/Composer.Cli/Terminal/ForgivingWriter.cs src/Composer.Cli/Terminal/Descriptor.cs
  } | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum | cksum
}

build_the_build() {
  local assembly="artifacts/bin/_build/release/_build.dll" stamp="artifacts/build.stamp" log="artifacts/build.log"
  local inputs
  inputs="$(cd "$root" && build_inputs)"
  if [ -f "$root/$assembly" ] && [ "$(cat "$root/$stamp" 2> /dev/null)" = "$inputs" ]; then return; fi
  mkdir -p "$root/artifacts"
  rm -f "$root/$stamp"
  echo "building the build project" >&2
  if ! "$dotnet" msbuild "$root/build/_build.csproj" -restore -m -nologo -v:q -p:Configuration=Release > "$root/$log" 2>&1; then
    cat "$root/$log" >&2
    exit 1
  fi
  echo "$inputs" > "$root/$stamp"
}

refuse_path
find_dotnet
quiet_environment
settle_nuke_source
build_the_build
export NUKE_ROOT="$root"
exec "$dotnet" "$root/artifacts/bin/_build/release/_build.dll" "$@"
