using Composer.CodeDigests.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Reach;

/// <summary>What the attributes of <c>Composer.Core.Code</c> say: where computations begin, and where they are cut.</summary>
internal sealed class Markings
{
    private const string Root = "CodeRoot";
    private const string Parts = "CodeParts";
    private const string Part = "CodePart";
    private const string List = "ListsCodeParts";
    private const string Boundary = "CodeBoundary";

    private readonly HashSet<string> boundaryProjects;
    private readonly HashSet<SourceType> boundaries = [];
    private readonly HashSet<SourceType> listTypes = [];
    private readonly HashSet<Unit> listMembers = [];
    private readonly Dictionary<SourceType, List<Registry>> registryOfPart = [];
    private readonly Dictionary<Unit, Registry> registryOfMember = [];

    public Markings(CodeModel model)
    {
        boundaryProjects = [.. model.AssemblyAttributes.Where(p => p.Any(a => NameOf(a) == Boundary)).Select(p => p.Key)];
        var kinds = new Dictionary<string, Registry>(StringComparer.Ordinal);
        foreach (var type in model.Types)
        {
            foreach (var attribute in type.Declarations.SelectMany(d => d.Syntax.AttributeLists).SelectMany(l => l.Attributes))
            {
                switch (NameOf(attribute))
                {
                    case Boundary:
                        boundaries.Add(type);
                        break;
                    case List:
                        listTypes.Add(type);
                        break;
                    case Parts:
                        Registries.Add(new Registry(type.Path, Arguments(attribute)[0], type, Arguments(attribute)[1]));
                        listTypes.Add(type);
                        break;
                }
            }

            foreach (var unit in type.Members)
            {
                foreach (var attribute in unit.Declared!.Syntax.AttributeLists.SelectMany(l => l.Attributes))
                {
                    switch (NameOf(attribute))
                    {
                        case Root:
                            AddRoot(Arguments(attribute)[0], unit);
                            break;
                        case List:
                            listMembers.Add(unit);
                            break;
                        case Part:
                            var (kind, name) = (Arguments(attribute)[0], Arguments(attribute)[1]);
                            if (!kinds.TryGetValue(kind, out var registry))
                            {
                                kinds[kind] = registry = new Registry(kind, kind, null, null);
                                Registries.Add(registry);
                            }

                            registry.Add(name, unit.Type, unit);
                            registryOfMember[unit] = registry;
                            break;
                    }
                }
            }
        }

        foreach (var registry in Registries.Where(r => r.Base is not null))
        {
            foreach (var type in model.Types.Where(t => t != registry.Base && !t.IsAbstract && t.Lineage.Contains(registry.Base!)))
            {
                if (PartName(type, registry) is { } name)
                {
                    registry.Add(name, type, null);
                }
            }

            foreach (var part in registry.Parts.Values.SelectMany(p => p))
            {
                if (!registryOfPart.TryGetValue(part.Type, out var registries))
                {
                    registryOfPart[part.Type] = registries = [];
                }

                registries.Add(registry);
            }
        }
    }

    /// <summary>The members that a computation begins with, by its name.</summary>
    public SortedDictionary<string, List<Unit>> Roots { get; } = new(StringComparer.Ordinal);

    public List<Registry> Registries { get; } = [];

    /// <summary>Whether what a type does is no part of a computation that uses it.</summary>
    public bool IsBoundary(SourceType type) =>
        boundaries.Contains(type) || boundaryProjects.Contains(type.Project) || (type.Outer is { } outer && IsBoundary(outer));

    /// <summary>Whether a unit names parts without using them.</summary>
    public bool IsList(Unit unit) => listMembers.Contains(unit) || listTypes.Contains(unit.Type);

    /// <summary>The registries that a type is the base of.</summary>
    public IEnumerable<Registry> BasedOn(SourceType type) => Registries.Where(r => r.Base == type);

    /// <summary>The registries that a type is a part of.</summary>
    public IReadOnlyList<Registry> OfPart(SourceType type) => registryOfPart.TryGetValue(type, out var found) ? found : [];

    /// <summary>The registry that a member is a part of, or null.</summary>
    public Registry? OfMember(Unit unit) => registryOfMember.GetValueOrDefault(unit);

    private static string NameOf(AttributeSyntax attribute) =>
        ((attribute.Name as QualifiedNameSyntax)?.Right ?? (SimpleNameSyntax)attribute.Name).Identifier.ValueText;

    private static string[] Arguments(AttributeSyntax attribute) =>
        [.. (attribute.ArgumentList?.Arguments ?? [])
            .Select(a => Text(a.Expression) ?? throw Mistake($"[{attribute}] takes texts and nameof only."))];

    private static string? Text(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax
        {
            RawKind: (int)SyntaxKind.StringLiteralExpression
            or (int)SyntaxKind.CharacterLiteralExpression
        } literal => literal.Token.ValueText,
        InvocationExpressionSyntax
        {
            Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" },
            ArgumentList.Arguments: [{ Expression: IdentifierNameSyntax name }]
        } =>
            name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>The constant that the property holds; null for what takes its name from another, and so is no part.</summary>
    private static string? PartName(SourceType type, Registry registry)
    {
        var property = type.Lineage.SelectMany(t => t.ByName[registry.NamedBy!]).Select(m => m.Declared!.Syntax)
            .OfType<PropertyDeclarationSyntax>().FirstOrDefault();
        return property?.ExpressionBody?.Expression is { } expression
            ? Text(expression) ?? (expression is IdentifierNameSyntax constant ? Constant(type, constant.Identifier.ValueText) : null)
            : throw Mistake($"{type.Path} is a part of '{registry.Kind}' and must define {registry.NamedBy} as a constant.");
    }

    private static string? Constant(SourceType type, string name) => type.Lineage.SelectMany(t => t.Declarations)
        .SelectMany(d => d.Syntax is TypeDeclarationSyntax { Members: var members } ? members : [])
        .OfType<FieldDeclarationSyntax>()
        .Where(f => f.Modifiers.Any(SyntaxKind.ConstKeyword))
        .SelectMany(f => f.Declaration.Variables)
        .Where(v => v.Identifier.ValueText == name)
        .Select(v => Text(v.Initializer!.Value))
        .FirstOrDefault();

    private static CodeDigestException Mistake(string message) => new($"composer-code-digests: error CMP9002: {message}");

    private void AddRoot(string name, Unit unit)
    {
        if (!Roots.TryGetValue(name, out var units))
        {
            Roots[name] = units = [];
        }

        units.Add(unit);
    }
}
