using System.Runtime.InteropServices;

namespace Composer.Training.Torch.Native;

/// <summary>Finds libtorch's shared libraries and loads them by path, so that they need not lie beside each executable.</summary>
/// <remarks>
/// What is loaded already is found by its soname when TorchSharp asks for it. They are looked for beside this
/// assembly, in its <c>runtimes</c>, then where <c>libtorch.path</c> beside it says: the package cache.
/// </remarks>
internal static class RuntimeFolder
{
    private const string PathFile = "libtorch.path";
    private const string Binding = "libLibTorchSharp.so";
    private static readonly string Native = Path.Combine("runtimes", "linux-x64", "native");

    /// <summary>One sentence that says what is missing; null when everything is loaded.</summary>
    public static string? Load()
    {
        var own = Path.GetDirectoryName(typeof(RuntimeFolder).Assembly.Location)!;
        var places = new List<string> { own, Path.Combine(own, Native) };
        var pathFile = Path.Combine(own, PathFile);
        if (File.Exists(pathFile))
        {
            places.Add(File.ReadAllText(pathFile).Trim());
        }

        if (places.Find(place => File.Exists(Path.Combine(place, "libtorch_cpu.so"))) is not { } folder)
        {
            return $"The torch engine found no libtorch in {string.Join(", ", places)}; restore and build src/Composer.Training.Torch "
                + $"again.";
        }

        if (places.Find(place => File.Exists(Path.Combine(place, Binding))) is not { } bindings)
        {
            return $"The torch engine found no {Binding} in {string.Join(", ", places)}; build src/Composer.Training.Torch again.";
        }

        // In the order of their dependencies; the CUDA parts are there only where TorchRuntime was cuda.
        string[] libraries = ["libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];
        try
        {
            foreach (var library in libraries.Select(name => Path.Combine(folder, name)).Where(File.Exists))
            {
                NativeLibrary.Load(library);
            }

            NativeLibrary.Load(Path.Combine(bindings, Binding));
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $"The torch engine cannot load libtorch: {e.Message.ReplaceLineEndings(" ")}";
        }
    }
}
