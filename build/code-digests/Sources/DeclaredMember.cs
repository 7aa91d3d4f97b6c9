using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Sources;

/// <summary>A member that is reached apart from its type: a method, a property with a body, a constructor, an operator.</summary>
/// <param name="Name">As it is called; <see cref="Constructor"/>, <see cref="Indexer"/> or <see cref="Operator"/> for what has no
/// name.</param>
/// <param name="Syntax">The declaration.</param>
/// <param name="Receiver">The extension block that it stands in; null elsewhere.</param>
internal sealed record DeclaredMember(string Name, MemberDeclarationSyntax Syntax, ExtensionBlockDeclarationSyntax? Receiver)
{
    public const string Constructor = ".ctor";
    public const string Indexer = "this[]";
    public const string Operator = "operator";

    /// <summary>Members that the language or the framework calls without their being named.</summary>
    private static readonly HashSet<string> Implicit =
    [
        Constructor, Indexer, Operator, "GetEnumerator", "GetAsyncEnumerator", "MoveNext", "MoveNextAsync", "Current", "Dispose",
            "DisposeAsync", "Deconstruct",
        "GetAwaiter", "GetResult", "OnCompleted", "UnsafeOnCompleted", "IsCompleted", "Slice", "Length", "Count", "GetPinnableReference",
            "AppendLiteral",
        "AppendFormatted", "ToString", "Equals", "GetHashCode", "CompareTo", "Compare", "PrintMembers", "EqualityContract",
    ];

    public bool IsImplicit => Implicit.Contains(Name) || Syntax is DestructorDeclarationSyntax;

    public bool IsOverride => Has(SyntaxKind.OverrideKeyword);

    /// <summary>Visible beyond its assembly, or an interface's implementation in all but its name.</summary>
    public bool IsPublic => Has(SyntaxKind.PublicKeyword) || IsExplicit;

    /// <summary>Whether it implements an interface's member explicitly.</summary>
    public bool IsExplicit => Syntax is MethodDeclarationSyntax { ExplicitInterfaceSpecifier: not null }
        or BasePropertyDeclarationSyntax { ExplicitInterfaceSpecifier: not null };

    /// <summary>Whether a serializer may call it.</summary>
    public bool IsPublicProperty => Syntax is PropertyDeclarationSyntax && Has(SyntaxKind.PublicKeyword) && !Has(SyntaxKind.StaticKeyword);

    public bool IsExtension => Receiver is not null
        || (Syntax is MethodDeclarationSyntax { ParameterList.Parameters: [var first, ..] } && first.Modifiers.Any(SyntaxKind.ThisKeyword));

    /// <summary>The parameters' names, by which arguments can be given.</summary>
    public IReadOnlyList<string> Parameters => Syntax switch
    {
        BaseMethodDeclarationSyntax method => Names(method.ParameterList),
        IndexerDeclarationSyntax indexer => Names(indexer.ParameterList),
        _ => [],
    };

    /// <summary>Declared type, name and parameters, without what it does.</summary>
    public IEnumerable<SyntaxNodeOrToken> Signature => Syntax.ChildNodesAndTokens()
        .Where(c => c.AsNode() is not (BlockSyntax or ArrowExpressionClauseSyntax or AccessorListSyntax or ConstructorInitializerSyntax
            or AttributeListSyntax));

    /// <summary>The member of a declaration in a type, or none: it belongs to the type's header.</summary>
    public static IEnumerable<DeclaredMember> Of(MemberDeclarationSyntax syntax, TypeDeclarationSyntax type) => syntax switch
    {
        ExtensionBlockDeclarationSyntax block => block.Members.SelectMany(m => Of(m, type)).Select(m => m with { Receiver = block }),
        MethodDeclarationSyntax m => [new(m.Identifier.ValueText, m, null)],
        ConstructorDeclarationSyntax or DestructorDeclarationSyntax => [new(Constructor, syntax, null)],
        OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax => [new(Operator, syntax, null)],
        IndexerDeclarationSyntax => [new(Indexer, syntax, null)],
        PropertyDeclarationSyntax p when !IsAutomatic(p, type) => [new(p.Identifier.ValueText, p, null)],
        EventDeclarationSyntax e => [new(e.Identifier.ValueText, e, null)],
        _ => [],
    };

    private static bool IsAutomatic(PropertyDeclarationSyntax property, TypeDeclarationSyntax type) =>
        property.ExpressionBody is null
        && type is not InterfaceDeclarationSyntax
        && !property.Modifiers.Any(m =>
            m.IsKind(SyntaxKind.AbstractKeyword) || m.IsKind(SyntaxKind.PartialKeyword) || m.IsKind(SyntaxKind.ExternKeyword))
        && property.AccessorList!.Accessors.All(a => a.Body is null && a.ExpressionBody is null);

    private static string[] Names(BaseParameterListSyntax list) => [.. list.Parameters.Select(p => p.Identifier.ValueText)];

    private bool Has(SyntaxKind modifier) => Syntax.Modifiers.Any(modifier);
}
