using System.Runtime.Versioning;

// What is tested of scripts is build.sh.
[assembly: UnsupportedOSPlatform("windows")]
