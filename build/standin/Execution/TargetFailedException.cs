namespace Nuke.Common.Execution;

/// <summary>A target failed and nothing after it runs.</summary>
internal sealed class TargetFailedException : Exception;
