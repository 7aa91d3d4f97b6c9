using System.Text;
using System.Text.RegularExpressions;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Tests;

/// <summary>
/// Mutated manifests: whatever comes in, either a manifest comes out or a <see cref="UserInputException"/>
/// whose every diagnostic has a code and, unless it is about the command line, a place in the file.
/// </summary>
public sealed partial class ManifestFuzzTests
{
    private const int Seed = 20261122;

    private const string Rich = Manifests.Minimal + """
        warmup = 0.2
        resources = { gpus = 1 }
        [search]
        strategy = "middle-layer"
        layers = 8
        primitives = ["A", "M"]
        model = { dim = 64, heads = 4, kv_heads = 2, hidden = 96 }
        [evaluate]
        tasks = ["compression", "text"]
        learning_rates = [1e-4, 5e-4]
        task.compression = { vocabulary = 16, length = 32 }
        [extrapolate]
        size = "2M"
        model = { dim = 64, heads = 4, kv_heads = 2, hidden = 96 }
        [[baseline]]
        name = "b"
        architecture = "16x(1A+1M)"
        [[variant]]
        name = "v"
        "search.layers" = 16
        extrapolate.method = "stretch"
        [sweep]
        "search.trials" = [8, 16]
        "search.model" = [{ dim = 32, heads = 4 }, { hidden = 128 }]
        [profile.smoke]
        "evaluate.epochs" = 5
        search.trials = 9
        [[profile.smoke.variant]]
        name = "w"
        "aggregate.condition" = 1

        """;

    private static readonly string[] Values =
    [
        "0", "-1", "1", "7", "9223372036854775807", "1e308", "-1e-300", "nan", "inf", "\"\"", "\"A\"", "true", "[]", "[[]]", "[1, \"a\"]",
        "{}", "{ a = 1 }", "1979-05-27", "\"1B\"", "\"16x(1A+1M)\"", "[\"A\"]", "0.5", "\"\\u0000\"", "\"9999999999x(9999999999A)\"",
    ];

    private static readonly string[] Keys =
    [
        "search",
        "search.layers",
        "evaluate",
        "evaluate.task",
        "evaluate.task.memorization.vocabulary",
        "sweep",
        "sweep.seed",
        "profile",
        "profile.smoke",
        "variant",
        "baseline",
        "pretrain.tokens",
        "pretrain.flops",
        "extrapolate.size",
        "extrapolate.model",
        "search.model.heads",
        "\"search..layers\"",
        "\"\"",
        "name",
        "schema",
        "lm-eval",
    ];

    [Fact]
    public void Nothing_but_a_manifest_or_its_mistakes_comes_out()
    {
        var random = new Random(Seed);
        var (loaded, refused) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Mutate(Rich, random));
            for (var flips = random.Next(-3, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            string[] settings = random.Next(3) == 0 ? [$"{Pick(Keys, random)}={Pick(Values, random)}"] : [];
            var profile = random.Next(2) == 0 ? "smoke" : null;
            try
            {
                var manifest = ManifestLoader.Parse(bytes, "m.toml", profile, settings);
                Assert.NotEmpty(ManifestFields.Of(manifest.Manifest, "", manifest.Spans));
                loaded++;
            }
            catch (UserInputException exception)
            {
                Assert.All(exception.Diagnostics, d => Assert.Matches(Printed(), d.ToString()));
                Assert.NotEmpty(exception.Diagnostics);
                refused++;
            }
            catch (Exception exception)
            {
                Assert.Fail(
                    $"seed {Seed}, case {i}, profile {profile}, settings {string.Join(' ', settings)}: "
                    + $"{exception}\n{Encoding.UTF8.GetString(bytes)}");
            }
        }

        // Mutations that are all refused, or none, would test one half only.
        Assert.True(loaded > 25 && refused > 250, $"{loaded} loaded, {refused} refused");
    }

    [Fact]
    public void Any_text_of_a_setting_is_a_value_or_a_mistake()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 1000; i++)
        {
            var setting = string.Concat(
                Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pick(["search", ".", "=", "trials", "5", "\"", "[", "]", "{", "\n", "#", " ", "\ud800", "'''", "seed", "\0"], random)));
            try
            {
                Manifests.Load(Manifests.Minimal, null, setting);
            }
            catch (UserInputException exception)
            {
                Assert.NotEmpty(exception.Diagnostics);
            }
            catch (Exception exception) when (exception is not UserInputException)
            {
                Assert.Fail($"seed {Seed}, case {i}, --set {setting}: {exception}");
            }
        }
    }

    private static string Mutate(string toml, Random random)
    {
        var lines = toml.Split('\n').ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(lines.Count);
            switch (random.Next(6))
            {
                case 0: lines.RemoveAt(at); break;
                case 1: lines.Insert(at, lines[random.Next(lines.Count)]); break;
                case 2: lines[at] = $"{Pick(Keys, random)} = {Pick(Values, random)}"; break;
                case 3: lines[at] = $"[{Pick(Keys, random)}]"; break;
                default:
                    var equals = lines[at].IndexOf('=', StringComparison.Ordinal);
                    lines[at] = equals < 0 ? lines[at] : $"{lines[at][..equals]}= {Pick(Values, random)}";
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];

    [GeneratedRegex(@"\A(m\.toml\([0-9]+,[0-9]+\): )?(error|warning) CMP0[0-9]{3}: \S[^\n]*\z")]
    private static partial Regex Printed();
}
