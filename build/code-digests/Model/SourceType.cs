using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Model;

/// <summary>A type of the product, all its declarations together.</summary>
internal sealed class SourceType
{
    private IReadOnlyList<SourceType>? lineage;

    public SourceType(int index, IReadOnlyList<DeclaredType> declarations, Func<int> nextUnit)
    {
        Index = index;
        Declarations = declarations;
        Header = new Unit(nextUnit(), this, null, declarations);
        Members = [.. declarations.SelectMany(d => d.Members.Select(m => new Unit(nextUnit(), this, m, [d])))];
        ByName = Members.ToLookup(m => m.Name, StringComparer.Ordinal);
        foreach (var declaration in declarations)
        {
            AddNames(declaration.Syntax);
        }
    }

    public int Index { get; }

    public IReadOnlyList<DeclaredType> Declarations { get; }

    public string Project => Declarations[0].File.Project;

    public string Namespace => Declarations[0].Namespace;

    /// <summary>With the types around it.</summary>
    public string Path => Declarations[0].Path;

    /// <summary>Its own name with the number of type parameters.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    public SourceType? Outer { get; set; }

    /// <summary>The types of the product that it is derived from, directly.</summary>
    public IReadOnlyList<SourceType> Bases { get; set; } = [];

    /// <summary>Other names in its base lists.</summary>
    public IReadOnlyList<string> ForeignBases { get; set; } = [];

    public Unit Header { get; }

    public IReadOnlyList<Unit> Members { get; }

    public ILookup<string, Unit> ByName { get; }

    /// <summary>Names that mean something inside: members, fields, parameters of its head.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that are of a type of the same name.</summary>
    public HashSet<string> NamedLikeTheirType { get; } = new(StringComparer.Ordinal);

    public bool IsInterface => Declarations[0].Syntax is InterfaceDeclarationSyntax;

    public bool IsAbstract => IsInterface
        || Declarations.Any(d => d.Syntax.Modifiers.Any(m => m.IsKind(SyntaxKind.AbstractKeyword) || m.IsKind(SyntaxKind.StaticKeyword)));

    public bool IsVisibleEverywhere => Declarations.Any(d => d.Syntax.Modifiers.Any(SyntaxKind.PublicKeyword));

    /// <summary>Itself and all of the product that it is derived from.</summary>
    public IReadOnlyList<SourceType> Lineage => lineage ?? [.. Ancestors().Distinct()];

    /// <summary>Keeps <see cref="Lineage"/>, once all bases are known.</summary>
    public void Seal() => lineage = Lineage;

    private IEnumerable<SourceType> Ancestors() => Bases.SelectMany(b => b.Ancestors()).Prepend(this);

    private void AddNames(MemberDeclarationSyntax syntax)
    {
        foreach (var member in Members)
        {
            Names.Add(member.Name);
            if (member.Declared!.Syntax is PropertyDeclarationSyntax property)
            {
                Note(property.Identifier, property.Type);
            }
        }

        foreach (var parameter in syntax is TypeDeclarationSyntax { ParameterList.Parameters: var parameters } ? parameters : [])
        {
            Note(parameter.Identifier, parameter.Type);
        }

        foreach (var member in syntax is TypeDeclarationSyntax { Members: var members } ? members : [])
        {
            if (member is PropertyDeclarationSyntax property)
            {
                Note(property.Identifier, property.Type);
            }

            foreach (var variable in member is BaseFieldDeclarationSyntax field ? field.Declaration.Variables : [])
            {
                Note(variable.Identifier, ((BaseFieldDeclarationSyntax)member).Declaration.Type);
            }
        }

        foreach (var member in syntax is EnumDeclarationSyntax { Members: var values } ? values : [])
        {
            Names.Add(member.Identifier.ValueText);
        }
    }

    private void Note(SyntaxToken name, TypeSyntax? type)
    {
        Names.Add(name.ValueText);
        var own = type is NullableTypeSyntax nullable ? nullable.ElementType : type;
        if (own is QualifiedNameSyntax { Right: SimpleNameSyntax right })
        {
            own = right;
        }

        if (own is IdentifierNameSyntax simple && simple.Identifier.ValueText == name.ValueText)
        {
            NamedLikeTheirType.Add(name.ValueText);
        }
    }
}
