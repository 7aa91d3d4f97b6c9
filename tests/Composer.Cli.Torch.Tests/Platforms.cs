using System.Runtime.Versioning;

// The engine on TorchSharp is for Linux.
[assembly: SupportedOSPlatform("linux")]
