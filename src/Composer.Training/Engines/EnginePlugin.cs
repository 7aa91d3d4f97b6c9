using System.Reflection;
using Composer.Core.Code;
using Composer.Training.Models;

namespace Composer.Training.Engines;

/// <summary>
/// An engine that is built apart, when an experiment wants it, into a folder of its own beside the executable: the
/// executable is compiled without it, and neither downloads nor loads what it is made of.
/// </summary>
/// <remarks>Thread-safe. What it says of the folder is looked up at each call; it is loaded once.</remarks>
/// <param name="name">As manifests name it.</param>
/// <param name="assemblyName">The engine's assembly.</param>
/// <param name="typeName">The engine's type <c>…Engine</c>, with its namespace; beside it a <c>…Device</c> names where it computes.</param>
/// <param name="folder">Where it lies.</param>
[CodeBoundary]
public sealed class EnginePlugin(string name, string assemblyName, string typeName, string folder)
{
    /// <summary>Another folder for engines than <c>engines</c> beside the executable.</summary>
    public const string FolderVariable = "COMPOSER_ENGINES";

    /// <summary>
    /// What the engine was built from, a line each: <c>runtime cpu</c>, digests of sources, versions of packages. Written last.
    /// </summary>
    public const string Description = "engine.txt";

    /// <summary>How it is built.</summary>
    public const string BuildCommand = "./build.sh TorchEngine";

    private const string Runtime = "runtime ";

    private readonly Lazy<Assembly> assembly = new(() =>
        new EngineLoadContext(folder).LoadFromAssemblyPath(Path.GetFullPath(Path.Combine(folder, assemblyName + ".dll"))));

    /// <summary>What the engine on TorchSharp computes with, wherever it computes.</summary>
    public static IReadOnlyList<string> Packages { get; } = ["TorchSharp", "TorchSharp-cuda-linux", "libtorch-cpu-linux-x64"];

    /// <summary>The engine on TorchSharp.</summary>
    public static EnginePlugin Torch { get; } = TorchIn(
        Path.Combine(Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "engines"), "torch"));

    /// <summary>As manifests name it.</summary>
    public string Name => name;

    /// <summary>Where it lies.</summary>
    public string Folder => folder;

    /// <summary>Whether the folder holds a whole build.</summary>
    public bool IsBuilt => File.Exists(Path.Combine(Folder, Description)) && File.Exists(Path.Combine(Folder, assemblyName + ".dll"));

    /// <summary>What the build says that it was built from, without the runtime; empty when there is none.</summary>
    public IReadOnlyCollection<string> BuiltFrom => [.. Lines.Where(l => !l.StartsWith(Runtime, StringComparison.Ordinal))];

    /// <summary>What it computes with, <c>cpu</c> or <c>cuda</c>; null when it is not built.</summary>
    public string? BuiltFor => Lines.FirstOrDefault(l => l.StartsWith(Runtime, StringComparison.Ordinal))?[Runtime.Length..];

    private IEnumerable<string> Lines => IsBuilt
        ? File.ReadAllLines(Path.Combine(Folder, Description)).Select(l => l.Trim().Replace('\\', '/')).Where(l => l.Length > 0)
        : [];

    /// <summary>The engine on TorchSharp in a folder.</summary>
    public static EnginePlugin TorchIn(string folder) =>
        new("torch", "Composer.Training.Torch", "Composer.Training.Torch.TorchEngine", folder);

    /// <summary>Loads the engine.</summary>
    /// <param name="device">A name of its enumeration of devices; null lets it choose by what this process was given.</param>
    /// <exception cref="EngineUnavailableException">It is not built, or cannot be loaded.</exception>
    internal ITrainingEngine Load(string? device = null)
    {
        if (!IsBuilt)
        {
            throw new EngineUnavailableException($"The engine '{Name}' is not built in {Folder}. Build it: {BuildCommand}");
        }

        try
        {
            var type = assembly.Value.GetType(typeName, throwOnError: true)!;
            object[] arguments = device is null
                ? []
                : [
                    Enum.Parse(type.Assembly.GetType(typeName.Replace("Engine", "Device", StringComparison.Ordinal), throwOnError: true)!, device, ignoreCase: true)];
            return (ITrainingEngine)Activator.CreateInstance(type, arguments)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is EngineUnavailableException reason)
        {
            throw new EngineUnavailableException(reason.Message, e);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or MissingMethodException
            or InvalidCastException or TargetInvocationException)
        {
            throw new EngineUnavailableException(
                $"The engine '{Name}' in {Folder} cannot be loaded: {e.Message} Build it anew: {BuildCommand}", e);
        }
    }
}
