using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis;

namespace Composer.CodeDigests.Model;

/// <summary>The smallest thing that is reached or not: a member, or all of a type that is not a member.</summary>
/// <param name="Index">Its number in the model.</param>
/// <param name="Type">The type that it belongs to.</param>
/// <param name="Declared">The member; null for the type's header.</param>
/// <param name="Declarations">The declarations of the type that it stands in: one, or all for a header.</param>
internal sealed record Unit(int Index, SourceType Type, DeclaredMember? Declared, IReadOnlyList<DeclaredType> Declarations)
{
    public string Name => Declared?.Name ?? "";

    /// <summary>What it consists of, each with the declaration around it.</summary>
    public IEnumerable<(DeclaredType Around, SyntaxNodeOrToken Part)> Parts => Declared is { } member
        ? (member.Receiver is { } block
            ? block.ChildNodesAndTokens().Where(c => c.AsNode() is not Microsoft.CodeAnalysis.CSharp.Syntax.MemberDeclarationSyntax)
            : Enumerable.Empty<SyntaxNodeOrToken>()).Append(member.Syntax).Select(part => (Declarations[0], part))
        : Declarations.SelectMany(d => d.Header.Select(part => (d, part)));

    public bool Equals(Unit? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Index;

    public override string ToString() => Declared is null ? Type.Path : $"{Type.Path}.{Name}";
}
