using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Binding;

/// <summary>
/// Which identifiers of a declaration stand for locals: variables, parameters, range and pattern variables, local
/// functions. Each declaration has a number; names come and go without changing what the code does.
/// </summary>
internal sealed class LocalNames
{
    private readonly Dictionary<int, int> byPosition = [];
    private readonly List<Dictionary<string, int>> scopes = [];
    private int declared;

    private LocalNames()
    {
    }

    /// <summary>The locals of a member, or of the parts of a type's header.</summary>
    public static LocalNames Of(params IEnumerable<SyntaxNode> nodes)
    {
        var names = new LocalNames();
        foreach (var node in nodes)
        {
            names.Enter(node);
        }

        return names;
    }

    /// <summary>The number of the local that the identifier at a position declares or names; null when it is none.</summary>
    public int? At(SyntaxToken token) => byPosition.TryGetValue(token.SpanStart, out var local) ? local : null;

    /// <summary>Whether a name is the member that an initializer sets.</summary>
    public static bool IsInitialized(SimpleNameSyntax name) =>
        name.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax around } set
        && set.Left == name
        && (around.IsKind(SyntaxKind.ObjectInitializerExpression) || around.IsKind(SyntaxKind.WithInitializerExpression));

    private static bool IsScope(SyntaxNode node) =>
        node is BlockSyntax or SwitchStatementSyntax or SwitchSectionSyntax or SwitchExpressionArmSyntax or ForStatementSyntax
        or CommonForEachStatementSyntax or UsingStatementSyntax or FixedStatementSyntax or WhileStatementSyntax or LockStatementSyntax
            or CatchClauseSyntax
        or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or QueryExpressionSyntax or AccessorDeclarationSyntax;

    /// <summary>Whether an identifier can stand for a local at all, rather than for a member or a type.</summary>
    private static bool CanBeLocal(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name != name,
        MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or QualifiedNameSyntax or AliasQualifiedNameSyntax => false,
        _ => !IsInitialized(name) && !SyntaxFacts.IsInTypeOnlyContext(name),
    };

    private void Enter(SyntaxNode scope)
    {
        scopes.Add(new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var node in scope.DescendantNodes(n => n == scope || !IsScope(n)))
        {
            Declare(node, scope);
        }

        if (scope is CommonForEachStatementSyntax or LocalFunctionStatementSyntax or CatchClauseSyntax)
        {
            Declare(scope, scope);
        }

        Walk(scope);
        scopes.RemoveAt(scopes.Count - 1);
    }

    private void Declare(SyntaxNode node, SyntaxNode scope)
    {
        SyntaxToken? token = node switch
        {
            VariableDeclaratorSyntax v when v.Parent?.Parent is not BaseFieldDeclarationSyntax => v.Identifier,
            SingleVariableDesignationSyntax v => v.Identifier,
            ForEachStatementSyntax v when node == scope => v.Identifier,
            CatchDeclarationSyntax { Identifier.RawKind: not 0 } v => v.Identifier,
            LocalFunctionStatementSyntax f when node != scope => f.Identifier,
            FromClauseSyntax v => v.Identifier,
            LetClauseSyntax v => v.Identifier,
            JoinClauseSyntax v => v.Identifier,
            JoinIntoClauseSyntax v => v.Identifier,
            QueryContinuationSyntax v => v.Identifier,

            // Those of a record or a class with a head are its members.
            ParameterSyntax v when v.Parent?.Parent is not (TypeDeclarationSyntax or DelegateDeclarationSyntax) => v.Identifier,
            _ => null,
        };
        if (token is { } identifier)
        {
            var innermost = scopes[^1];
            if (!innermost.TryGetValue(identifier.ValueText, out var local))
            {
                innermost[identifier.ValueText] = local = declared++;
            }

            byPosition[identifier.SpanStart] = local;
        }
    }

    private void Walk(SyntaxNode node)
    {
        foreach (var child in node.ChildNodes())
        {
            if (child is SimpleNameSyntax name && CanBeLocal(name))
            {
                for (var i = scopes.Count - 1; i >= 0; i--)
                {
                    if (scopes[i].TryGetValue(name.Identifier.ValueText, out var local))
                    {
                        byPosition[name.Identifier.SpanStart] = local;
                        break;
                    }
                }
            }

            if (IsScope(child))
            {
                Enter(child);
            }
            else
            {
                Walk(child);
            }
        }
    }
}
