namespace Composer.Build.Testing;

/// <summary>A test that failed or was skipped, why, and where.</summary>
internal sealed record TestMessage(string Test, string Message, string StackTrace);
