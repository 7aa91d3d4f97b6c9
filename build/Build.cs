using System.Diagnostics;
using Composer.Build.CommandLine;
using Composer.Build.Engines;
using Composer.Build.Formatting;
using Composer.Build.Processes;
using Composer.Build.Testing;
using Composer.Build.Workflows;
using Nuke.Common;
using Nuke.Common.IO;

namespace Composer.Build;

/// <summary>
/// The build: each stage target asks the <c>composer</c> executable for it. No scheduling, caching or key
/// is decided here.
/// </summary>
[DisableDefaultOutput(DefaultOutput.Logo, DefaultOutput.TargetHeader, DefaultOutput.ErrorsAndWarnings)]
internal sealed class Build : NukeBuild
{
    [Parameter("How the product is compiled: Release or Debug. Default is Release.")]
    public Configuration Configuration { get; set; } = Configuration.Release;

    [Parameter("The experiment: a manifest's name under experiments/.")]
    public string? Name { get; set; }

    [Parameter("A profile of the manifest, for example smoke; '--profile' for short.")]
    public string? ExperimentProfile { get; set; }

    [Parameter("Overrides of the manifest, each path=value; may be repeated.")]
    public string[] Set { get; set; } = [];

    [Parameter("The last stage to run: search, evaluate, aggregate, extrapolate, tokenize, pretrain, lm-eval or report.")]
    public string? Until { get; set; }

    [Parameter("Where stages run: local or slurm.")]
    public string? Agent { get; set; }

    [Parameter("With Agent slurm: leaves jobs running when the run is stopped.")]
    public bool Detach { get; set; }

    [Parameter("How many jobs run at once.")]
    public int? Jobs { get; set; }

    [Parameter("Asks composer for JSON lines on standard output.")]
    public bool Json { get; set; }

    [Parameter("Where to write what became of each stage, as JUnit XML.")]
    public string? Junit { get; set; }

    [Parameter("Runs only the tests whose full name contains this, or that match this expression of dotnet test.")]
    public string? Filter { get; set; }

    [Parameter("With Format: mends what it finds.")]
    public bool Fix { get; set; }

    [Parameter("What the engine on TorchSharp is built for: cpu or cuda. Default is cuda where an NVIDIA driver is installed.")]
    public TorchRuntime? TorchRuntime { get; set; }

    [Parameter("The layer order that Benchmark trains. Default is AAMMMM.")]
    public string Arch { get; set; } = "AAMMMM";

    private Target Clean => _ => _
        .Description("Deletes what was compiled; the store, runs, reports and logs stay.")
        .Before(Compile, CompileAll)
        .Executes(() =>
        {
            foreach (var folder in CompiledFolders())
            {
                folder.DeleteDirectory();
            }
        });

    private Target Compile => _ => _
        .Description("Compiles composer, the executable; at once when nothing changed.")
        .Executes(() => CompileUnlessCurrent("src/Composer.Cli/Composer.Cli.csproj", "composer",
            ["src"], [Executable, Path.ChangeExtension(Executable, ".dll")]));

    private Target TorchEngine => _ => _
        .Description("Builds the engine on TorchSharp beside composer; experiments that need it have it built by themselves.")
        .DependsOn(Compile)
        .Executes(BuildTorchEngine);

    private Target CompileAll => _ => _
        .Unlisted()
        .Executes(() => CompileUnlessCurrent("Composer.slnx", "solution",
            ["src", "tests", "build", "Composer.slnx"],
            TestProject.All(RootDirectory).Select(project => project.AssemblyIn(Artifacts, Configuration))));

    private Target Test => _ => _
        .Description("Checks the format, compiles everything and runs all tests; '--filter' chooses some.")
        .DependsOn(Format, CompileAll)
        .Executes(() =>
        {
            testRun = new TestRun(DotnetHost, RootDirectory, Artifacts, Configuration, Filter);
            testRun.Execute(Console.Out);
            if (!testRun.Succeeded)
            {
                Fail(ExitCodes.Failed, testRun.ClosingLine);
            }
        });

    private Target Format => _ => _
        .Description("Says where white space is not as .editorconfig has it; '--fix' mends it.")
        .Before(CompileAll)
        .Executes(CheckFormat);

    private Target Soak => _ => _
        .Description("Tests for long what Test tests shortly: kills, concurrent runs, a cluster's faults, tokenizers beside the reference's. An hour or two.")
        .DependsOn(CompileAll)
        .Executes(() =>
        {
            var figures = Artifacts / "soak";
            figures.DeleteDirectory();
            Environment.SetEnvironmentVariable(SoakVariable, figures);
            testRun = new TestRun(DotnetHost, RootDirectory, Artifacts, Configuration, Filter ?? SoakFilter, TimeSpan.FromHours(3));
            testRun.Execute(Console.Out);
            Directory.CreateDirectory(figures);
            foreach (var figure in Directory.GetFiles(figures).Order(StringComparer.Ordinal))
            {
                Console.WriteLine($"{Path.GetFileNameWithoutExtension(figure)}: {File.ReadAllText(figure).TrimEnd()}");
            }

            if (!testRun.Succeeded)
            {
                Fail(ExitCodes.Failed, testRun.ClosingLine);
            }
        });

    private Target Benchmark => _ => _
        .Description("Measures training on this machine: tokens per second and the fraction of the FMA peak.")
        .DependsOn(Compile)
        .Executes(() => Composer(["bench", "train", "--arch", Arch, .. JsonOption]));

    private new Target Plan => _ => _
        .Description("Says what of an experiment would run, why, and what it would cost.")
        .DependsOn(Compile)
        .Requires(() => Name)
        .Executes(() => Composer(["plan", Name!, .. ManifestOptions, .. AgentOption, .. JsonOption]));

    private Target Doctor => _ => _
        .Description("Says what this machine has and, with '--name', what an experiment lacks on it, each with the command that mends it.")
        .DependsOn(Compile)
        .Executes(() => Composer(["doctor", .. Name is null ? Array.Empty<string>() : [Name, .. ManifestOptions], .. AgentOption, .. JsonOption]));

    private Target Search => Stage("search", "Proposes layer orders and has them evaluated.");

    private Target Evaluate => Stage("evaluate", "Trains and scores the small candidates.");

    private Target Aggregate => Stage("aggregate", "Turns the trials into one small architecture.");

    private Target Extrapolate => Stage("extrapolate", "Scales the small architecture to its target size.");

    private Target Tokenize => Stage("tokenize", "Turns the corpus into tokens, once for all models.");

    private Target Pretrain => Stage("pretrain", "Trains the architecture and the baselines to their budget.");

    private Target LmEval => Stage("lm-eval", "Scores checkpoints on multiple-choice tasks.");

    private Target Efficiency => Stage("efficiency", "Times decoding.");

    private Target Report => Stage("report", "Writes the HTML report, running what it lacks.");

    private Target Experiment => _ => _
        .Description("Runs a whole experiment; only what changed runs.")
        .DependsOn(Compile)
        .Requires(() => Name)
        .Executes(() => RunExperiment(UntilOption));

    private Target Sweep => _ => _
        .Description("Runs an experiment at every point of its sweep; points share the stages whose inputs agree.")
        .DependsOn(Compile)
        .Requires(() => Name)
        .Executes(() => RunExperiment(UntilOption));

    private Target Check => _ => _
        .Description("Computes what the store has of an experiment once more, with other threads and elsewhere, and compares the digests.")
        .DependsOn(Compile)
        .Requires(() => Name)
        .Executes(() => RunExperiment(["--check"]));

    private Target GenerateWorkflows => _ => _
        .Description("Writes .github/workflows anew from build/Workflows.")
        .Executes(() =>
        {
            var workflow = ContinuousIntegration.Workflow;
            Directory.CreateDirectory(RootDirectory / ".github" / "workflows");
            File.WriteAllText(RootDirectory / workflow.Path, workflow.ToYaml());
        });

    private Target Verify => _ => _
        .Description("Checks every blob and record of the store.")
        .DependsOn(Compile)
        .Executes(() => Composer(["store", "verify", .. JsonOption]));

    private Target Gc => _ => _
        .Description("Deletes from the store what nothing refers to.")
        .DependsOn(Compile)
        .Executes(() => Composer(["store", "gc", .. JsonOption]));

    /// <summary>Where tests that can go on for long leave their figures; they do when it is set.</summary>
    private const string SoakVariable = "COMPOSER_SOAK";

    /// <summary>Those tests.</summary>
    private const string SoakFilter =
        "FullyQualifiedName~Composer.Crash.Tests|FullyQualifiedName~Composer.Slurm.Tests|FullyQualifiedName~RandomisedRounds"
        + "|FullyQualifiedName~RandomEdits|FullyQualifiedName~CodeDigests.Tests|FullyQualifiedName~FreshCloneTests|FullyQualifiedName~RankedRunTests"
        + "|FullyQualifiedName~Composer.Store.Tests.Durability|FullyQualifiedName~Composer.Language.Tests.Tokenizers.Reference";

    /// <summary>What a change of can change every assembly.</summary>
    private static readonly string[] SharedInputs =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json",
        ".editorconfig", "BannedSymbols.txt", "build/code-digests",
    ];

    /// <summary>The running build cannot delete itself; build.sh renews it when its sources change.</summary>
    private static readonly string[] OwnProjects = ["_build", "Nuke.Common.Standin"];

    private static AbsolutePath Artifacts => RootDirectory / "artifacts";

    /// <summary>The dotnet that runs this build.</summary>
    private static string DotnetHost => Environment.ProcessPath!;

    private string Executable => Artifacts / "bin" / "Composer.Cli" / Configuration.ToString().ToLowerInvariant()
        / (OperatingSystem.IsWindows() ? "composer.exe" : "composer");

    private string[] JsonOption => Json ? ["--json"] : [];

    private string[] AgentOption => Agent is null ? [] : ["--agent", Agent];

    private string[] UntilOption => Until is null ? [] : ["--until", Until];

    private string[] ManifestOptions =>
    [
        .. ExperimentProfile is null ? Array.Empty<string>() : ["--profile", ExperimentProfile],
        .. Set.SelectMany(assignment => (string[])["--set", assignment]),
    ];

    private string[] RunOptions =>
    [
        .. ManifestOptions,
        .. AgentOption,
        .. Detach ? (string[])["--detach"] : [],
        .. Jobs is null ? Array.Empty<string>() : ["--jobs", $"{Jobs}"],
        .. Junit is null ? Array.Empty<string>() : ["--junit", Junit],
        .. JsonOption,
    ];

    private TestRun? testRun;

    /// <summary>Runs the build of this process; a failure that chose no exit code has <see cref="ExitCodes.Failed"/>.</summary>
    public static int Run()
    {
        var code = Execute<Build>(build => build.Compile);
        return code < 0 ? ExitCodes.Failed : code;
    }

    /// <summary>The count of tests is the very last line, after NUKE's own summary.</summary>
    protected override void OnBuildFinished()
    {
        if (testRun is not null)
        {
            Console.WriteLine(testRun.ClosingLine);
        }
    }

    private Target Stage(string stage, string description) => _ => _
        .Description($"{description} ('--until {stage}')")
        .DependsOn(Compile)
        .Requires(() => Name)
        .Executes(() => RunExperiment(["--until", stage]));

    private static readonly string[] ExperimentTargets =
    [
        nameof(Plan), nameof(Search), nameof(Evaluate), nameof(Aggregate), nameof(Extrapolate), nameof(Pretrain),
        nameof(LmEval), nameof(Efficiency), nameof(Report), nameof(Experiment), nameof(Sweep), nameof(Check),
    ];

    /// <summary>An experiment that does not exist is refused before anything is compiled.</summary>
    protected override void OnBuildInitialized()
    {
        var needsName = InvokedTargets.Any(target => ExperimentTargets.Contains(target.Name));
        if (needsName && new ExperimentCatalog(RootDirectory / "experiments").Mistake(Name) is { } mistake)
        {
            Fail(ExitCodes.UserInput, mistake);
        }
    }

    private static IEnumerable<AbsolutePath> CompiledFolders()
    {
        string[] whole = ["package", "publish", "test-results", "stamps"];
        AbsolutePath[] perProject = [Artifacts / "bin", Artifacts / "obj"];
        var projects = perProject.Where(folder => folder.DirectoryExists())
            .SelectMany(folder => Directory.GetDirectories(folder))
            .Where(folder => !OwnProjects.Contains(Path.GetFileName(folder)))
            .Select(folder => (AbsolutePath)folder);
        return whole.Select(name => Artifacts / name).Concat(projects);
    }

    /// <summary>Runs it, with the engines that composer says it needs; a mistake in its manifest is the run's to report.</summary>
    private void RunExperiment(string[] options)
    {
        var (_, engines) = QuietProcess.Run(Executable, RootDirectory, ["plan", Name!, "--engines", .. options, .. ManifestOptions, .. AgentOption]);
        if (engines.Contains("torch"))
        {
            BuildTorchEngine();
        }

        Composer(["run", Name!, .. options, .. RunOptions]);
    }

    private void BuildTorchEngine()
    {
        var engine = new TorchEngineBuild(DotnetHost, RootDirectory, Artifacts, Path.GetDirectoryName(Executable)!, SharedInputs);
        if (!engine.Execute(TorchRuntime, Configuration))
        {
            Fail(ExitCodes.Failed, "the engine on TorchSharp could not be built");
        }
    }

    /// <summary>Not for a few tests, unless it was asked for.</summary>
    private void CheckFormat()
    {
        if (Filter is not null && InvokedTargets.All(target => target.Name != nameof(Format)))
        {
            return;
        }

        if (SourceFormat.WhyNot(DotnetHost, RootDirectory) is { } reason)
        {
            Console.WriteLine($"the format is NOT CHECKED: {reason}");
            return;
        }

        Console.WriteLine(Fix ? "formatting" : "checking the format");
        if (ForegroundProcess.Run(new ProcessStartInfo(DotnetHost) { WorkingDirectory = RootDirectory }, SourceFormat.Arguments(Fix)) != 0)
        {
            Fail(ExitCodes.Failed, "the format differs from .editorconfig; './build.sh Format --fix' mends it");
        }
    }

    private void Composer(string[] arguments)
    {
        var code = ForegroundProcess.Run(new ProcessStartInfo(Executable) { WorkingDirectory = RootDirectory }, arguments);
        if (code != 0)
        {
            Fail(code, $"composer {arguments[0]} ended with exit code {code}");
        }
    }

    private void CompileUnlessCurrent(string project, string what, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        var name = $"{what}.{Configuration}".ToLowerInvariant();
        var stamp = new InputStamp(Artifacts / "stamps" / name, RootDirectory,
            [.. inputs, .. SharedInputs], [.. outputs]);
        if (stamp.IsCurrent())
        {
            return;
        }

        // The first time takes minutes: MSBuild then names each project that it is done with.
        var isFirst = !outputs.All(File.Exists);
        stamp.Clear();
        Console.WriteLine(isFirst ? $"compiling {what} for the first time: packages, then each project; a few minutes" : $"compiling {what}");
        var code = ForegroundProcess.Run(new ProcessStartInfo(DotnetHost) { WorkingDirectory = RootDirectory },
            ["msbuild", project, "-restore", "-m", "-nologo", isFirst ? "-v:m" : "-v:q", $"-p:Configuration={Configuration}"]);
        if (code != 0)
        {
            Fail(ExitCodes.Failed, $"{project} does not compile");
        }

        stamp.Write();
    }

    private void Fail(int code, string message)
    {
        ExitCode = code;
        Assert.Fail(message);
    }
}
