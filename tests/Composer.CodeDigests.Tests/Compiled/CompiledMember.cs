namespace Composer.CodeDigests.Tests.Compiled;

/// <summary>A method; a type has a list of those of one name.</summary>
/// <param name="OverridesForeign">Called by who does not know the type.</param>
/// <param name="Implements">Called through an interface.</param>
/// <param name="References">What it refers to.</param>
internal sealed record CompiledMember(bool OverridesForeign, bool Implements, IReadOnlyList<Reference> References);
