namespace Composer.CodeDigests;

/// <summary>The sources cannot be digested; the message begins with the place, as compilers write it.</summary>
public sealed class CodeDigestException(string message) : Exception(message);
