namespace Composer.MSBuild.Tests;

/// <summary>A shell script in the place of <c>composer</c>, that prints what the real one would.</summary>
internal sealed class FakeComposer : IDisposable
{
    private readonly TemporaryFolder folder = new("composer-msbuild ");

    public FakeComposer(string plan, string run) => Executable = folder.WriteScript("composer", $$"""
        #!/bin/sh
        cd "{{folder.Path}}"
        echo "$@" >> arguments
        case "$1" in
        plan)
        {{plan}}
        ;;
        run)
        {{run}}
        ;;
        esac
        """);

    /// <summary>A plan of two stages, printed over several lines.</summary>
    public static string TwoStagePlan { get; } = """
        cat << 'END'
        { "experiment": "quickstart", "profile": null,
          "stages": [
            { "name": "search", "stage": "search", "status": "hit", "key": "2f9c1a", "reasons": [] },
            { "name": "pretrain/llama", "stage": "pretrain", "status": "run", "key": "77aa01",
              "reasons": ["seed: 17 -> 18", "its input changes: search"] } ] }
        END
        """;

    /// <summary>A run in which one stage runs and one is a hit.</summary>
    public static string TwoStageRun { get; } = """
        echo '{"event":"stage-finished","stage":"search","status":"hit","key":"2f9c1a"}'
        echo '{"event":"stage-finished","stage":"pretrain/llama","status":"ran","key":"77aa01"}'
        echo '{"event":"finished","ran":1,"hits":1,"failed":0,"report":"artifacts/reports/quickstart/index.html"}'
        """;

    /// <summary>A manifest with two mistakes and a warning.</summary>
    public static string Mistakes { get; } = """
        echo '/clone/experiments/quickstart.toml(3,7): error CMP0101: Unknown key.' >&2
        echo '/clone/experiments/quickstart.toml(9,1): warning CMP0102: Unused.' >&2
        echo '/clone/experiments/quickstart.toml(12,1): error CMP0103: heads must divide dim.' >&2
        exit 2
        """;

    public string Executable { get; }

    /// <summary>The calls so far, one line each.</summary>
    public string[] Calls => Exists("arguments") ? File.ReadAllLines(folder["arguments"]) : [];

    public bool Exists(string file) => File.Exists(folder[file]);

    public void Dispose() => folder.Dispose();
}
