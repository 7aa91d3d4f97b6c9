using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Sources;

/// <summary>One declaration of a type, whole or a part of it.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Path">The names of the types around it and its own, each with its number of type parameters:
/// <c>Preimage.Builder</c>, <c>Cache`1</c>.</param>
/// <param name="Syntax">A type, an enumeration or a delegate.</param>
/// <param name="Members">What is reached one by one.</param>
/// <param name="Header">What is reached with the type: all that is not a member.</param>
internal sealed record DeclaredType(
    SourceFile File, string Namespace, string Path, MemberDeclarationSyntax Syntax, IReadOnlyList<DeclaredMember> Members,
        IReadOnlyList<SyntaxNodeOrToken> Header)
{
    /// <summary>Every type of a file, those inside others too.</summary>
    public static IEnumerable<DeclaredType> Of(SourceFile file) => In(file, file.Root.Members, "", "");

    public static string Named(string name, int typeParameters) => typeParameters == 0 ? name : $"{name}`{typeParameters}";

    private static IEnumerable<DeclaredType> In(SourceFile file, IEnumerable<MemberDeclarationSyntax> members, string space, string outer)
    {
        foreach (var member in members)
        {
            if (member is BaseNamespaceDeclarationSyntax inner)
            {
                foreach (var type in In(file, inner.Members, space.Length == 0 ? inner.Name.ToString() : $"{space}.{inner.Name}", outer))
                {
                    yield return type;
                }
            }
            else if (member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
                && !member.IsKind(SyntaxKind.ExtensionBlockDeclaration))
            {
                var type = Declare(file, space, outer, member);
                yield return type;
                foreach (var nested in member is TypeDeclarationSyntax { Members: var inside } ? In(file, inside, space, type.Path) : [])
                {
                    yield return nested;
                }
            }
        }
    }

    private static DeclaredType Declare(SourceFile file, string space, string outer, MemberDeclarationSyntax syntax)
    {
        var name = syntax switch
        {
            TypeDeclarationSyntax t => Named(t.Identifier.ValueText, t.TypeParameterList?.Parameters.Count ?? 0),
            BaseTypeDeclarationSyntax t => t.Identifier.ValueText,
            DelegateDeclarationSyntax d => Named(d.Identifier.ValueText, d.TypeParameterList?.Parameters.Count ?? 0),
            _ => throw new ArgumentException($"{syntax.Kind()} is no type.", nameof(syntax)),
        };
        var path = outer.Length == 0 ? name : $"{outer}.{name}";
        if (syntax is not TypeDeclarationSyntax type)
        {
            return new DeclaredType(file, space, path, syntax, [], [syntax]);
        }

        var members = type.Members.SelectMany(m => DeclaredMember.Of(m, type)).ToList();
        var apart = members.Select(m => m.Syntax).ToHashSet();
        var header = type.ChildNodesAndTokens()
            .Where(c => !c.IsKind(SyntaxKind.OpenBraceToken) && !c.IsKind(SyntaxKind.CloseBraceToken)
                && !c.IsKind(SyntaxKind.SemicolonToken))
            .Where(c => c.AsNode() is not { } node
                || (!apart.Contains(node) && node is not (BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)));
        return new DeclaredType(file, space, path, syntax, members, [.. header]);
    }
}
