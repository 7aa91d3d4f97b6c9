using Composer.CodeDigests.Model;
using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Binding;

/// <summary>
/// Finds what a declaration names. It knows no types of values, so a name behind a value means the members of that
/// name in all types: too much, never too little.
/// </summary>
internal sealed class Binder : CSharpSyntaxWalker
{
    private static readonly string[] QueryMethods =
        ["Select", "SelectMany", "Where", "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "GroupBy", "Join", "GroupJoin",
            "Cast"];

    private readonly CodeModel model;
    private readonly SourceType type;
    private readonly SourceFile file;
    private readonly LocalNames locals;
    private readonly NameLookup lookup;
    private readonly UnitReferences references;
    private readonly HashSet<string> typeParameters = new(StringComparer.Ordinal);

    /// <param name="model">The product.</param>
    /// <param name="around">The declaration of the type that holds what is bound.</param>
    /// <param name="type">That type.</param>
    /// <param name="locals">Of what is bound.</param>
    /// <param name="references">Receives what is found.</param>
    public Binder(CodeModel model, DeclaredType around, SourceType type, LocalNames locals, UnitReferences references)
    {
        (this.model, this.type, file, this.locals, this.references) = (model, type, around.File, locals, references);
        lookup = model.LookupAt(around, type);
        for (var syntax = (SyntaxNode?)around.Syntax; syntax is not null; syntax = syntax.Parent)
        {
            AddTypeParameters((syntax as TypeDeclarationSyntax)?.TypeParameterList
                ?? (syntax as DelegateDeclarationSyntax)?.TypeParameterList);
        }

        foreach (var imported in file.Statics.SelectMany(lookup.Imported))
        {
            references.Types.Add(imported);
        }
    }

    /// <summary>Where names of namespaces begin that only lead to a type, by position, and where they end.</summary>
    public Dictionary<int, int> Prefixes { get; } = [];

    /// <summary>Names that stand for others, by position.</summary>
    public Dictionary<int, TypeSyntax> Aliases { get; } = [];

    /// <summary>Whether an unknown name can be inherited or imported from elsewhere, rather than be a foreign type.</summary>
    private bool HasForeignMembers => Around(type).SelectMany(t => t.Lineage).Any(t => t.ForeignBases.Count > 0)
        || file.Statics.Any(s => lookup.Imported(s).Count == 0);

    public override void DefaultVisit(SyntaxNode node)
    {
        AddTypeParameters((node as MethodDeclarationSyntax)?.TypeParameterList ?? (node as LocalFunctionStatementSyntax)?.TypeParameterList
            ?? (node as ExtensionBlockDeclarationSyntax)?.TypeParameterList);
        base.DefaultVisit(node);
    }

    public override void VisitIdentifierName(IdentifierNameSyntax node)
    {
        if (IsType(node))
        {
            BindType(node);
        }
        else if (LocalNames.IsInitialized(node))
        {
            AddName(node.Identifier.ValueText);
        }
        else
        {
            BindSimple(node);
        }
    }

    public override void VisitGenericName(GenericNameSyntax node)
    {
        Visit(node.TypeArgumentList);
        if (IsType(node))
        {
            BindType(node);
        }
        else
        {
            BindSimple(node);
        }
    }

    public override void VisitQualifiedName(QualifiedNameSyntax node) => BindType(node);

    public override void VisitAliasQualifiedName(AliasQualifiedNameSyntax node) => BindType(node);

    public override void VisitMemberAccessExpression(MemberAccessExpressionSyntax node) => BindAccess(node);

    public override void VisitMemberBindingExpression(MemberBindingExpressionSyntax node)
    {
        AddName(node.Name.Identifier.ValueText);
        Visit((node.Name as GenericNameSyntax)?.TypeArgumentList);
    }

    public override void VisitAttribute(AttributeSyntax node)
    {
        BindType(node.Name);
        if (node.Name is SimpleNameSyntax name)
        {
            Add(lookup.Simple(name.Identifier.ValueText + "Attribute"));
        }

        Visit(node.ArgumentList);
    }

    public override void VisitNameColon(NameColonSyntax node)
    {
        if (node.Parent is SubpatternSyntax)
        {
            AddName(node.Name.Identifier.ValueText);
        }
        else
        {
            references.Arguments.Add(node.Name.Identifier.ValueText);
        }
    }

    public override void VisitExpressionColon(ExpressionColonSyntax node)
    {
        foreach (var name in node.Expression.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
        {
            AddName(name.Identifier.ValueText);
        }
    }

    public override void VisitNameEquals(NameEqualsSyntax node)
    {
        if (node.Parent is AttributeArgumentSyntax)
        {
            AddName(node.Name.Identifier.ValueText);
        }
    }

    public override void VisitInitializerExpression(InitializerExpressionSyntax node)
    {
        if (node.IsKind(SyntaxKind.CollectionInitializerExpression))
        {
            AddName("Add");
        }

        base.VisitInitializerExpression(node);
    }

    public override void VisitCollectionExpression(CollectionExpressionSyntax node)
    {
        AddName("Add");
        base.VisitCollectionExpression(node);
    }

    public override void VisitQueryExpression(QueryExpressionSyntax node)
    {
        foreach (var method in QueryMethods)
        {
            AddName(method);
        }

        base.VisitQueryExpression(node);
    }

    private static bool IsType(ExpressionSyntax node) => SyntaxFacts.IsInTypeOnlyContext(node)
        || (node.Parent is TypeSyntax and not NameSyntax)
        || node.Parent is ExplicitInterfaceSpecifierSyntax or TypeArgumentListSyntax or BaseTypeSyntax;

    private static IEnumerable<SourceType> Around(SourceType type)
    {
        for (var each = (SourceType?)type; each is not null; each = each.Outer)
        {
            yield return each;
        }
    }

    private void AddTypeParameters(TypeParameterListSyntax? list)
    {
        foreach (var parameter in list is null ? default : list.Parameters)
        {
            typeParameters.Add(parameter.Identifier.ValueText);
        }
    }

    private void AddName(string name)
    {
        references.Names.Add(name);
        AddExtensions(name);
    }

    private void AddExtensions(string name)
    {
        foreach (var method in model.Extensions[name].Where(m => model.IsVisible(m.Type, file.Project)))
        {
            var space = method.Type.Namespace;
            if (space.Length == 0 || type.Namespace == space || type.Namespace.StartsWith(space + ".", StringComparison.Ordinal)
                || file.Namespaces.Contains(space))
            {
                references.Extensions.Add(method);
            }
        }
    }

    private IReadOnlyList<SourceType> Add(IReadOnlyList<SourceType> types)
    {
        references.Types.UnionWith(types);
        return types;
    }

    private IReadOnlyList<SourceType> BindType(TypeSyntax node)
    {
        switch (node)
        {
            case GenericNameSyntax generic:
                Visit(generic.TypeArgumentList);
                return Add(lookup.Simple(NameLookup.NameOf(generic)));
            case IdentifierNameSyntax { Identifier: var name }:
                if (typeParameters.Contains(name.ValueText))
                {
                    return [];
                }

                if (file.Aliases.TryGetValue(name.ValueText, out var target))
                {
                    Aliases[name.SpanStart] = target;
                    if (target is not NameSyntax)
                    {
                        Visit(target);
                    }
                }

                return Add(lookup.Simple(name.ValueText));
            case QualifiedNameSyntax { Left: var left, Right: var right }:
                Visit((right as GenericNameSyntax)?.TypeArgumentList);
                if (lookup.Type(left).Count == 0 && lookup.Namespace(left) is { } space)
                {
                    var found = Add([.. model.In(space, NameLookup.NameOf(right), file.Project)]);
                    if (found.Count > 0)
                    {
                        Prefixes[node.SpanStart] = right.SpanStart;
                    }

                    return found;
                }

                return Add([.. BindType(left).SelectMany(t => model.Inside(t, NameLookup.NameOf(right)))]);
            case AliasQualifiedNameSyntax { Name: var qualified }:
                Visit((qualified as GenericNameSyntax)?.TypeArgumentList);
                return Add(lookup.Type(node));
            default:
                Visit(node);
                return [];
        }
    }

    /// <summary>A name without a dot before it: a local, a member of a type around, a type, a namespace.</summary>
    private Bound BindSimple(SimpleNameSyntax node)
    {
        var name = node.Identifier.ValueText;
        if (locals.At(node.Identifier) is not null || typeParameters.Contains(name))
        {
            return Bound.Value;
        }

        foreach (var around in Around(type).Where(t => t.Lineage.Any(l => l.Names.Contains(name))))
        {
            references.Members.Add((around, name));
            references.Types.Add(around);
            return around.Lineage.Any(l => l.NamedLikeTheirType.Contains(name)) ? Bound.Of(Add(lookup.Simple(name)), orValue: true)
                : Bound.Value;
        }

        foreach (var imported in file.Statics.SelectMany(lookup.Imported).Where(t => t.Lineage.Any(l => l.Names.Contains(name))))
        {
            references.Members.Add((imported, name));
            return Bound.Value;
        }

        if (file.Aliases.TryGetValue(name, out var target))
        {
            Aliases[node.SpanStart] = target;
        }

        if (Add(lookup.Simple(NameLookup.NameOf(node))) is { Count: > 0 } types)
        {
            return Bound.Of(types);
        }

        return lookup.Namespace(name) is { } space ? Bound.In(space)
            : node is GenericNameSyntax || !char.IsAsciiLetterUpper(name[0]) || HasForeignMembers ? Bound.Value
            : Bound.Foreign;
    }

    private Bound BindAccess(MemberAccessExpressionSyntax node)
    {
        var name = node.Name.Identifier.ValueText;
        var left = BindLeft(node.Expression);
        Visit((node.Name as GenericNameSyntax)?.TypeArgumentList);
        if (left.Namespace is { } space)
        {
            var types = Add([.. model.In(space, NameLookup.NameOf(node.Name), file.Project)]);
            if (types.Count > 0)
            {
                Prefixes[node.SpanStart] = node.Name.SpanStart;
                return Bound.Of(types);
            }

            return lookup.Inside(space, name) is { } inner ? Bound.In(inner) : Bound.Foreign;
        }

        AddExtensions(name);
        if (left.IsForeign)
        {
            return node.Parent is InvocationExpressionSyntax ? Bound.Value : Bound.Foreign;
        }

        if (left.IsValue)
        {
            references.Names.Add(name);
        }

        foreach (var outer in left.Types)
        {
            references.Members.Add((outer, name));
        }

        var nested = left.Types.SelectMany(t => model.Inside(t, NameLookup.NameOf(node.Name))).ToArray();
        return nested.Length > 0 ? Bound.Of(Add(nested), left.IsValue) : Bound.Value;
    }

    private Bound BindLeft(ExpressionSyntax left)
    {
        switch (left)
        {
            case MemberAccessExpressionSyntax access:
                return BindAccess(access);
            case IdentifierNameSyntax name:
                return BindSimple(name);
            case GenericNameSyntax generic:
                return BindType(generic) is { Count: > 0 } types ? Bound.Of(types) : Bound.Value;
            case PredefinedTypeSyntax:
                return Bound.Foreign;
            case ThisExpressionSyntax or BaseExpressionSyntax:
                return Bound.Of([type]);
            case AliasQualifiedNameSyntax { Name: var qualified }:
                return lookup.Type((AliasQualifiedNameSyntax)left) is { Count: > 0 } global ? Bound.Of(Add(global))
                    : lookup.Namespace(left) is { } space ? Bound.In(space) : qualified is GenericNameSyntax ? Bound.Value : Bound.Foreign;
            default:
                Visit(left);
                return Bound.Value;
        }
    }
}
