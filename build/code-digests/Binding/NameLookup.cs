using Composer.CodeDigests.Model;
using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Binding;

/// <summary>Which types of the product a name can mean at a place: in a file, a namespace and a type.</summary>
/// <remarks>As the language looks names up, from the inside out; where it would weigh accessibility, both are taken.</remarks>
internal sealed class NameLookup(CodeModel model, SourceFile file, string space, SourceType? around)
{
    private readonly Dictionary<string, IReadOnlyList<SourceType>> simple = new(StringComparer.Ordinal);

    /// <summary>What a written type means; nothing when it is none of the product's.</summary>
    public IReadOnlyList<SourceType> Type(TypeSyntax written) => written switch
    {
        SimpleNameSyntax name => Simple(NameOf(name)),
        QualifiedNameSyntax { Left: var left, Right: var right } => Type(left) is { Count: > 0 } outer
            ? [.. outer.SelectMany(t => model.Inside(t, NameOf(right)))]
            : Namespace(left) is { } inside ? [.. model.In(inside, NameOf(right), file.Project)] : [],
        AliasQualifiedNameSyntax { Name: var name } => [.. model.In("", NameOf(name), file.Project)],
        NullableTypeSyntax { ElementType: var element } => Type(element),
        _ => [],
    };

    /// <summary>The types of a simple name; the name ends in the number of its type arguments, where it has some.</summary>
    public IReadOnlyList<SourceType> Simple(string name) =>
        simple.TryGetValue(name, out var known) ? known : simple[name] = FindSimple(name);

    private IReadOnlyList<SourceType> FindSimple(string name)
    {
        for (var type = around; type is not null; type = type.Outer)
        {
            if (model.Inside(type, name).Concat(type.Name == name ? [type] : []).Distinct().ToArray() is { Length: > 0 } inside)
            {
                return inside;
            }
        }

        if (file.Aliases.TryGetValue(name, out var target))
        {
            return Imported(target);
        }

        var all = new List<SourceType>();
        for (var level = space; ; level = level[..Math.Max(0, level.LastIndexOf('.'))])
        {
            all.AddRange(model.In(level, name, file.Project));
            if (level.Length == 0 || all.Any(t => model.IsAccessible(t, file.Project)))
            {
                break;
            }
        }

        return all.Any(t => model.IsAccessible(t, file.Project)) ? all
            : [.. all, .. file.Namespaces.SelectMany(n => model.In(n, name, file.Project)), .. file.Statics.SelectMany(Imported)
                .SelectMany(t => model.Inside(t, name))];
    }

    /// <summary>The namespace of the product that a name means; null when it is none.</summary>
    public string? Namespace(ExpressionSyntax written) => written switch
    {
        IdentifierNameSyntax { Identifier.ValueText: var name } => Namespace(name),
        AliasQualifiedNameSyntax { Name.Identifier.ValueText: var name } => model.IsNamespace(name) ? name : null,
        QualifiedNameSyntax { Left: var left, Right: var right } => Inside(Namespace(left), right.Identifier.ValueText),
        MemberAccessExpressionSyntax { Expression: var left, Name: var right } => Inside(Namespace(left), right.Identifier.ValueText),
        _ => null,
    };

    /// <summary>The namespace of the product inside another; null when there is none.</summary>
    public string? Inside(string? outer, string name) => outer is not null && model.IsNamespace($"{outer}.{name}") ? $"{outer}.{name}"
        : null;

    /// <summary>The types of the product that a using directive names, from the outermost namespace on.</summary>
    public IReadOnlyList<SourceType> Imported(TypeSyntax name) => name switch
    {
        QualifiedNameSyntax { Left: var left, Right: var right } => Imported(left) is { Count: > 0 } outer
            ? [.. outer.SelectMany(t => model.Inside(t, NameOf(right)))]
            : [.. model.In(left.ToString(), NameOf(right), file.Project)],
        SimpleNameSyntax simple => [.. model.In("", NameOf(simple), file.Project)],
        _ => [],
    };

    public static string NameOf(SimpleNameSyntax name) =>
        name is GenericNameSyntax generic ? DeclaredType.Named(generic.Identifier.ValueText, generic.TypeArgumentList.Arguments.Count)
            : name.Identifier.ValueText;

    /// <summary>The namespace that a simple name means, seen from this place.</summary>
    public string? Namespace(string name)
    {
        for (var level = space; ; level = level[..Math.Max(0, level.LastIndexOf('.'))])
        {
            var full = level.Length == 0 ? name : $"{level}.{name}";
            if (model.IsNamespace(full))
            {
                return full;
            }

            if (level.Length == 0)
            {
                return null;
            }
        }
    }
}
