namespace Composer.MSBuild.Tests;

/// <summary>A shell script in the place of <c>composer</c>, that prints what the real one would.</summary>
internal sealed class FakeComposer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("composer-msbuild ").FullName;

    public FakeComposer(string plan, string run)
    {
        Executable = Path.Join(_folder, "composer");
        File.WriteAllText(Executable, $$"""
            #!/bin/sh
            cd "{{_folder}}"
            echo "$@" >> arguments
            case "$1" in
            plan)
            {{plan}}
            ;;
            run)
            {{run}}
            ;;
            esac
            """.ReplaceLineEndings("\n"));
        File.SetUnixFileMode(Executable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A plan of two stages, printed over several lines.</summary>
    public static string TwoStagePlan { get; } = """
        cat << 'END'
        { "experiment": "quickstart", "profile": null,
          "stages": [
            { "stage": "search", "name": "search", "key": "2f9c1a", "status": "hit", "reason": [] },
            { "stage": "pretrain", "name": "llama", "key": "77aa01", "status": "run", "reason": ["seed: 17 -> 18", "its input changes: search"] } ] }
        END
        """;

    /// <summary>A run in which one stage runs and one is a hit.</summary>
    public static string TwoStageRun { get; } = """
        echo '{"event":"stage-finished","stage":"search","status":"hit","key":"2f9c1a"}'
        echo '{"event":"stage-finished","stage":"pretrain","status":"ran","key":"77aa01"}'
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
    public string[] Calls => Exists("arguments") ? File.ReadAllLines(Path.Join(_folder, "arguments")) : [];

    public bool Exists(string file) => File.Exists(Path.Join(_folder, file));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
