using System.Text.RegularExpressions;
using Composer.Core.Diagnostics;
using Composer.Language.Sources;

namespace Composer.Language.Tests.Sources;

/// <summary>The list of sources is sound, and mirrors stand where they are named for.</summary>
public sealed partial class NamedSourcesTests
{
    [Fact]
    public void Every_address_means_one_file_for_ever()
    {
        foreach (var file in NamedSources.All.SelectMany(s => s.Files))
        {
            Assert.True(
                file.Address.Scheme == "https"
                    ? Revision().IsMatch(file.Address.AbsolutePath)
                    : Version().IsMatch(file.Address.OriginalString),
                file.Address.OriginalString);
            Assert.False(file.Pinned is { IsDefault: true }, file.Output);
        }
    }

    [Fact]
    public void Names_and_places_are_taken_once()
    {
        Assert.Equal(NamedSources.All.Count, NamedSources.All.Select(s => s.Name).Distinct().Count());
        var places = NamedSources.All.SelectMany(s => s.Files.Select(f => $"{s.Folder}/{f.Output}")).ToArray();
        Assert.Equal(places.Length, places.Distinct().Count());
    }

    /// <summary>Each task's questions and examples have the names that the lm-eval stage looks for.</summary>
    [Fact]
    public void Lm_eval_stands_for_its_six_tasks_and_their_examples()
    {
        var sources = NamedSources.Find(["lm-eval"]);
        Assert.Equal(["arc_challenge", "arc_easy", "hellaswag", "piqa", "sciq", "winogrande"], sources.Select(s => s.Name).Order());
        Assert.All(sources, s => Assert.Equal([$"{s.Name}.jsonl", $"{s.Name}.train.jsonl"], s.Files.Select(f => f.Output)));
        Assert.Subset(
            Composer.Language.Evaluation.Harness.HarnessTasks.Names.ToHashSet(), sources.Select(s => s.Name).ToHashSet());
    }

    [Fact]
    public void An_unknown_name_is_told_with_what_is_near()
    {
        var mistakes = Assert.Throws<UserInputException>(() => NamedSources.Find(["soto", "piqa", "nothing-like-it"])).Diagnostics;
        Assert.Equal(["CMP6060", "CMP6060"], mistakes.Select(m => m.Code));
        Assert.Contains("'sotu'", mistakes[0].Remedy, StringComparison.Ordinal);
        Assert.Contains("--list", mistakes[1].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://m.example", "https://hub.example/a/b", "https://m.example/a/b")]
    [InlineData("https://m.example/x/", "https://hub.example/a/b", "https://m.example/x/a/b")]
    [InlineData("hub.example=https://m.example", "https://hub.example/a", "https://m.example/a")]
    [InlineData("hub.example=https://m.example", "https://else.example/a", "https://else.example/a")]
    [InlineData("https://all.example,hub.example=http://m.example", "https://hub.example/a", "http://m.example/a")]
    [InlineData("npm=https://m.example", "npm:@s/name@1.2.3", "https://m.example/@s/name/-/name-1.2.3.tgz")]
    [InlineData("npm=https://m.example", "npm:name@1.2.3", "https://m.example/name/-/name-1.2.3.tgz")]
    [InlineData("/data/mirror", "https://hub.example/a/b", "file:///data/mirror/a/b")]
    [InlineData("", "https://hub.example/a", "https://hub.example/a")]
    public void A_mirror_has_the_file_under_its_path(string mirror, string address, string expected) =>
        Assert.Equal(new Uri(expected), SourceMirrors.Parse([mirror]).Of(new Uri(address)));

    [Theory]
    [InlineData("m.example")]
    [InlineData("ftp://m.example")]
    [InlineData("https://m.example?a=b")]
    [InlineData("hub.example=there")]
    public void What_is_no_mirror_is_refused(string mirror) => Assert.Equal(
        "CMP6070", Assert.Single(Assert.Throws<UserInputException>(() => SourceMirrors.Parse([mirror])).Diagnostics).Code);

    [GeneratedRegex("/resolve/[0-9a-f]{40}/")]
    private static partial Regex Revision();

    [GeneratedRegex(@"\Anpm:.+@[0-9]+\.[0-9]+\.[0-9]+\z")]
    private static partial Regex Version();
}
