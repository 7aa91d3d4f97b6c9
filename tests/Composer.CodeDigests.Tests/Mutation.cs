using Composer.CodeDigests.Model;
using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Tests;

/// <summary>Another meaning for a member: another number, another operator, another value, one more statement.</summary>
internal static class Mutation
{
    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["+"] = "-",
        ["-"] = "+",
        ["*"] = "/",
        ["/"] = "*",
        ["<"] = "<=",
        ["<="] = "<",
        [">"] = ">=",
        [">="] = ">",
        ["=="] = "!=",
        ["!="] = "==",
        ["&&"] = "||",
        ["||"] = "&&",
    };

    /// <summary>Whether a member has something to change.</summary>
    public static bool IsPossible(Unit unit) => unit.Declared is { } member && Bodies(member.Syntax).Any();

    /// <summary>The member's file with one thing in its body changed.</summary>
    public static SourceFile Of(Unit unit, Random random)
    {
        var file = unit.Declarations[0].File;
        var bodies = Bodies(unit.Declared!.Syntax).ToArray();
        var changes = bodies.SelectMany(b => b.DescendantTokens()).SelectMany(Changes).Concat(bodies.Select(More)).ToArray();
        var (span, text) = changes[random.Next(changes.Length)];
        return Product.Replace(file, span, text);
    }

    private static IEnumerable<SyntaxNode> Bodies(SyntaxNode member) => member.DescendantNodes()
        .Where(n => n is BlockSyntax or ArrowExpressionClauseSyntax && n.Parent is MemberDeclarationSyntax or AccessorDeclarationSyntax);

    private static IEnumerable<(Microsoft.CodeAnalysis.Text.TextSpan Span, string Text)> Changes(SyntaxToken token)
    {
        if (token.IsKind(SyntaxKind.NumericLiteralToken) && token.Text.All(char.IsAsciiDigit))
        {
            yield return (token.Span, token.Text + "1");
        }
        else if (token.IsKind(SyntaxKind.StringLiteralToken) && token.Text.StartsWith('"'))
        {
            yield return (token.Span, token.Text[..^1] + "!\"");
        }
        else if (token.Parent is BinaryExpressionSyntax && Operators.TryGetValue(token.Text, out var other))
        {
            yield return (token.Span, other);
        }
        else if (token.IsKind(SyntaxKind.TrueKeyword))
        {
            yield return (token.Span, "false");
        }
    }

    private static (Microsoft.CodeAnalysis.Text.TextSpan Span, string Text) More(SyntaxNode body) => body is BlockSyntax block
        ? (new(block.OpenBraceToken.Span.End, 0), " System.GC.KeepAlive(7); ")
        : (new(((ArrowExpressionClauseSyntax)body).Expression.SpanStart, 0),
            ((ArrowExpressionClauseSyntax)body).Expression is RefExpressionSyntax or ThrowExpressionSyntax ? "/* */ " : "default! ?? ");
}
