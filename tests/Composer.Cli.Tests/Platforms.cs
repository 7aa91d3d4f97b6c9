using System.Runtime.Versioning;

// Signals and /proc: what is tested here of processes is tested on Linux.
[assembly: SupportedOSPlatform("linux")]
