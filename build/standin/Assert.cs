using System.Diagnostics.CodeAnalysis;

namespace Nuke.Common;

/// <summary>Ends a target with a message.</summary>
public static class Assert
{
    /// <summary>Throws an exception with the message.</summary>
    [DoesNotReturn]
    public static void Fail(string message, Exception? exception = null) => throw new Exception(message, exception);
}
