using System.Security.Cryptography;
using System.Text;
using Composer.CodeDigests.Model;
using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Binding;

/// <summary>
/// The text of a unit that its digest is of: its tokens, without comments and white space, locals by number, types
/// without their namespaces, aliases by what they stand for.
/// </summary>
internal static class UnitText
{
    /// <summary>Binds a unit and digests its text.</summary>
    public static UnitReferences Read(CodeModel model, Unit unit)
    {
        var references = new UnitReferences();
        var declarations = unit.Parts.GroupBy(p => p.Around, p => p.Part, ReferenceEqualityComparer.Instance)
            .Select(g => Declaration(model, unit, (DeclaredType)g.Key!, [.. g], references));
        var text = string.Concat(declarations.Order(StringComparer.Ordinal).Prepend($"{unit.Type.Path} {unit.Name}\n"));
        references.Text = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return references;
    }

    /// <summary>What a member's signature names: the types that come out of it, whatever it does.</summary>
    public static UnitReferences ReadSignature(CodeModel model, Unit unit)
    {
        var references = new UnitReferences();
        var binder = new Binder(model, unit.Declarations[0], unit.Type, LocalNames.Of(unit.Declared!.Syntax), references);
        foreach (var part in unit.Declared.Signature)
        {
            binder.Visit(part.AsNode());
        }

        return references;
    }

    private static string Declaration(CodeModel model, Unit unit, DeclaredType around, SyntaxNodeOrToken[] parts, UnitReferences references)
    {
        var text = new StringBuilder();
        var locals = LocalNames.Of(parts.Select(p => p.AsNode()).OfType<SyntaxNode>());
        var binder = new Binder(model, around, unit.Type, locals, references);
        foreach (var part in parts)
        {
            binder.Visit(part.AsNode());
        }

        foreach (var imported in around.File.Statics.Where(s => model.LookupAt(around, unit.Type).Imported(s).Count == 0)
            .Select(s => s.ToString()).Order(StringComparer.Ordinal))
        {
            Append(text, $"using static {imported}");
        }

        new Writer(text, locals, binder).Write(parts);
        return text.Append('\n').ToString();
    }

    private static void Append(StringBuilder text, string token) => text.Append(token.Length).Append(':').Append(token);

    private sealed class Writer(StringBuilder text, LocalNames locals, Binder binder)
    {
        private readonly Dictionary<int, int> numbers = [];

        public void Write(SyntaxNodeOrToken[] parts)
        {
            var skipTo = 0;
            foreach (var token in parts.SelectMany(p => p.AsNode() is { } node ? node.DescendantTokens() : [p.AsToken()]))
            {
                if (token.SpanStart < skipTo)
                {
                    continue;
                }

                if (binder.Prefixes.TryGetValue(token.SpanStart, out var end))
                {
                    skipTo = end;
                }
                else if (binder.Aliases.TryGetValue(token.SpanStart, out var target))
                {
                    Append(text, ((target as QualifiedNameSyntax)?.Right ?? target).ToString());
                }
                else
                {
                    Append(text, Of(token));
                }
            }
        }

        /// <summary>Whether the name itself shows: in nameof, as the name of a tuple's element, in the message of a guard.</summary>
        private static bool Shows(SyntaxToken token) => token.Parent is IdentifierNameSyntax { Parent: var parent } && parent switch
        {
            ArgumentSyntax { NameColon: null, Parent: TupleExpressionSyntax tuple } => !IsTakenApart(tuple),
            ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } } =>
                Called(call) is { } name && (name == "nameof" || name.StartsWith("ThrowIf", StringComparison.Ordinal)),
            AnonymousObjectMemberDeclaratorSyntax { NameEquals: null } => true,
            _ => false,
        };

        private static bool IsTakenApart(TupleExpressionSyntax tuple) => tuple.Parent switch
        {
            AssignmentExpressionSyntax { Left: TupleExpressionSyntax or DeclarationExpressionSyntax } => true,
            SwitchExpressionSyntax or SwitchStatementSyntax or IsPatternExpressionSyntax => true,
            ArgumentSyntax { Parent: TupleExpressionSyntax outer } => IsTakenApart(outer),
            _ => false,
        };

        private static string? Called(InvocationExpressionSyntax call) =>
            (call.Expression as SimpleNameSyntax ?? (call.Expression as MemberAccessExpressionSyntax)?.Name)?.Identifier.ValueText;

        private string Of(SyntaxToken token)
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && locals.At(token) is { } local)
            {
                if (!numbers.TryGetValue(local, out var number))
                {
                    numbers[local] = number = numbers.Count;
                }

                return Shows(token) ? $"\u0001{number} {token.ValueText}" : $"\u0001{number}";
            }

            return token.Kind() switch
            {
                SyntaxKind.IdentifierToken => $"\u0002{token.ValueText}",
                SyntaxKind.StringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
                    or SyntaxKind.MultiLineRawStringLiteralToken => $"\u0003{token.ValueText}",
                SyntaxKind.Utf8StringLiteralToken or SyntaxKind.Utf8SingleLineRawStringLiteralToken
                    or SyntaxKind.Utf8MultiLineRawStringLiteralToken => $"\u0004{token.ValueText}",
                _ => token.Text,
            };
        }
    }
}
