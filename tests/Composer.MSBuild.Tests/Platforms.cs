using System.Runtime.Versioning;

// The executable in these tests is a shell script.
[assembly: UnsupportedOSPlatform("windows")]
