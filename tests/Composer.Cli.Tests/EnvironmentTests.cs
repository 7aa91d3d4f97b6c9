using System.Text;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>What a process finds around it is in no result: manifests name nothing of the environment.</summary>
[Collection(ComputedExperiment.Collection)]
public class EnvironmentTests(ComputedExperiment computed)
{
    private const string Secret = "hunter2-b1c9e0f4";

    /// <summary>Another locale, another time zone, and secrets where programs look for some.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["LANG"] = "tr_TR.UTF-8",
        ["LC_ALL"] = "tr_TR.UTF-8",
        ["TZ"] = "Asia/Kathmandu",
        ["DOTNET_PROCESSOR_COUNT"] = "1",
        ["COMPOSER_TOKEN"] = Secret,
        ["DATA_DIR"] = $"/data/{Secret}",
        ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["NAME"] = Secret,
        ["HF_TOKEN"] = Secret,
    };

    [Fact]
    public void Keys_and_outputs_are_those_of_another_clone_locale_time_zone_folder_and_number_of_jobs()
    {
        using var workspace = new ExperimentWorkspace();
        Assert.NotEqual(computed.Workspace.Root, workspace.Root);

        ComposerExecutable.Run(Path.Combine(workspace.Root, "experiments"), Elsewhere, "run", TinyExperiment.Name, "--jobs", "1").Expect(0);

        Assert.Equal(computed.Workspace.Outputs(), workspace.Outputs());
    }

    [Fact]
    public void Values_of_the_environment_reach_no_key_log_report_or_export()
    {
        using var workspace = new ExperimentWorkspace(TinyExperiment.Manifest.Replace(
            "seed = 17", "seed = 17\ndescription = \"${env:COMPOSER_TOKEN} $DATA_DIR %NAME% {{HF_TOKEN}}\"", StringComparison.Ordinal));

        var run = ComposerExecutable.Run(workspace.Root, Elsewhere, "run", TinyExperiment.Name).Expect(0);
        var why = ComposerExecutable.Run(workspace.Root, Elsewhere, "why", TinyExperiment.Name, "pretrain/llama", "--json").Expect(0);
        var archive = Path.Combine(workspace.Root, "run.tar");
        var id = run.Output.Split('\n')[0].Split(" run ", StringSplitOptions.None)[1].Trim();
        ComposerExecutable.Run(workspace.Root, Elsewhere, "store", "export", id, archive).Expect(0);

        var failed = ComposerExecutable.Run(
            workspace.Root, Elsewhere, "run", TinyExperiment.Name, "--set", "pretrain.corpus=\"${env:DATA_DIR}/corpus.txt\"");
        Assert.Equal(2, failed.ExitCode);
        Assert.Contains("${env:DATA_DIR}/corpus.txt", failed.Error, StringComparison.Ordinal);

        Assert.All(
            (string[])[run.Output, run.Error, why.Output, failed.Output, failed.Error],
            text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        var files = Directory.EnumerateFiles(workspace.Root, "*", SearchOption.AllDirectories).ToArray();
        Assert.Contains(archive, files);
        Assert.Contains(files, f => f.Contains("logs", StringComparison.Ordinal));
        Assert.DoesNotContain(files, f => File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0);
    }
}
