namespace Composer.CodeDigests.Tests.Compiled;

/// <summary>What an instruction refers to.</summary>
/// <param name="Type">The full name of a type.</param>
/// <param name="Member">A method or field of it; null for the type itself.</param>
/// <param name="Creates">Whether an instance is made.</param>
/// <param name="IsVirtual">Whether the method that is called depends on the instance.</param>
internal sealed record Reference(string Type, string? Member, bool Creates, bool IsVirtual);
