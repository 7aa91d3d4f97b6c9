using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Native;

/// <summary>The TorchScript functions, compiled once a process from the sources that lie beside their callers.</summary>
/// <remarks>
/// They reach operators that TorchSharp does not bind, and make one managed handle of a whole layer. A number goes in
/// as an <see cref="int"/> or as a <see cref="Scalar"/> that the caller keeps: of a <see cref="double"/> TorchSharp makes
/// a Scalar that nothing keeps alive during the call.
/// </remarks>
internal static class Scripts
{
    private static Lazy<jit.CompilationUnit>? unit;

    /// <summary>Says where the functions are, before one is called; what was said first holds for the process.</summary>
    public static void Define(Func<IEnumerable<string>> sources) => Interlocked.CompareExchange(
        ref unit, new Lazy<jit.CompilationUnit>(() => jit.compile(string.Join("\n", sources()) + "\n")), null);

    /// <summary>Calls a function that returns one tensor, which joins the caller's dispose scope.</summary>
    public static Tensor Call(string function, params object?[] arguments)
    {
        var defined = unit ?? throw new InvalidOperationException($"'{function}' is called before the scripts are defined.");
        var result = (Tensor)defined.Value.invoke(function, arguments!);
        GC.KeepAlive(arguments);
        return result;
    }
}
