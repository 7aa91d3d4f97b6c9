using Composer.Core;
using Composer.Stages.Code;

namespace Composer.Stages.Tests.Code;

/// <summary>A key's code is what computes it: the computation, and the parts that it names.</summary>
public sealed class CodeTableTests
{
    private static readonly string[] Lines =
    [
        $"part Engine cpu {Hex('1')} Engine Layer",
        $"part Engine torch {Hex('2')} Engine",
        $"part Layer A {Hex('3')} Layer",
        $"part Layer M {Hex('4')} Layer",
        $"part Task copy {Hex('5')}",
        $"part Task recall {Hex('6')}",
        "package TorchSharp 0.107.0",
        "registry Engine engine",
        "registry Layer primitive",
        "registry Task task",
        $"root evaluate {Hex('7')} Engine Task",
        $"root report {Hex('8')}",
    ];

    private static readonly CodeUse[] Uses = [CodeUse.Engine("cpu"), CodeUse.Primitives("A"), CodeUse.Tasks("copy")];

    private static readonly Digest Evaluate = CodeTable.Parse(Lines).Of("evaluate", Uses).Whole;

    [Theory]
    [InlineData("root evaluate", true)]
    [InlineData("part Engine cpu", true)]
    [InlineData("part Layer A", true)]
    [InlineData("part Task copy", true)]
    [InlineData("part Engine torch", false)]
    [InlineData("part Layer M", false)]
    [InlineData("part Task recall", false)]
    [InlineData("root report", false)]
    public void Digest_changes_with_the_parts_that_are_named_and_no_other(string line, bool changes) =>
        Assert.Equal(changes, CodeTable.Parse(Changed(line)).Of("evaluate", Uses).Whole != Evaluate);

    [Fact]
    public void A_part_more_changes_no_digest_without_it() =>
        Assert.Equal(
            Evaluate,
            CodeTable.Parse([.. Lines, $"part Task new {Hex('9')}", $"part Layer W {Hex('9')} Layer"]).Of("evaluate", Uses).Whole);

    [Fact]
    public void Of_a_kind_that_is_not_named_every_part_counts()
    {
        var whole = CodeTable.Parse(Lines).Of("evaluate").Whole;
        Assert.All(
            Lines.Where(l => l.StartsWith("part ", StringComparison.Ordinal)),
            l => Assert.NotEqual(whole, CodeTable.Parse(Changed(string.Join(' ', l.Split(' ').Take(3)))).Of("evaluate").Whole));
    }

    [Fact]
    public void Unknown_names_are_mistakes()
    {
        var table = CodeTable.Parse(Lines);
        Assert.Throws<ArgumentException>(() => table.Of("nothing"));
        Assert.Throws<ArgumentException>(() => table.Of("evaluate", CodeUse.Tasks("nothing")));
        Assert.Throws<FormatException>(() => CodeTable.Parse(["root evaluate"]));
        Assert.Throws<FormatException>(() => CodeTable.Parse([$"root evaluate {Hex('1')} Unknown"]));
    }

    [Fact]
    public void An_engine_s_code_is_that_of_its_part_with_what_it_uses()
    {
        var code = CodeTable.Parse(Lines).OfPart("engine", "cpu");
        Assert.NotNull(code);
        Assert.NotEqual(code, CodeTable.Parse(Changed("part Layer M")).OfPart("engine", "cpu"));
        Assert.Equal(code, CodeTable.Parse(Changed("root evaluate")).OfPart("engine", "cpu"));
        Assert.Null(CodeTable.Parse(Lines).OfPart("engine", "none"));
    }

    [Fact]
    public void This_build_knows_every_kind_of_stage_and_the_packages_of_engines()
    {
        string[] roots =
            ["aggregate", "efficiency", "evaluate", "extrapolate", "lm-eval", "pretrain", "report", "search", "search-benchmark",
                "tokenize"];
        Assert.Equal(roots.Length, roots.Select(r => CodeDigest.Of(r).Whole).Distinct().Count());
        Assert.NotEqual(
            CodeDigest.Of("evaluate", CodeUse.Tasks("compression")).Whole, CodeDigest.Of("evaluate", CodeUse.Tasks("memorization")).Whole);
        Assert.NotEqual(CodeDigest.Of("pretrain", CodeUse.Engine("cpu")).Whole, CodeDigest.Of("pretrain", CodeUse.Engine("torch")).Whole);
        Assert.All(
            (string[])["TorchSharp", "libtorch-cpu-linux-x64", "TorchSharp-cuda-linux"],
            package => Assert.Matches(@"^\d+\.\d+", CodeDigest.VersionOf(package)));
    }

    private static string Hex(char digit) => new(digit, 64);

    private static string[] Changed(string line)
    {
        var at = Array.FindIndex(Lines, l => l.StartsWith(line + " ", StringComparison.Ordinal));
        var words = Lines[at].Split(' ');
        words[Array.FindIndex(words, w => w.Length == 64)] = Hex('0');
        return [.. Lines[..at], string.Join(' ', words), .. Lines[(at + 1)..]];
    }
}
