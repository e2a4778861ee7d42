# Fails if a bitcode file of FILES, made into machine code, needs a symbol that the compiler of
# models does not supply. (The file itself would not show a call that an intrinsic becomes.)
foreach(file IN LISTS FILES)
  execute_process(COMMAND ${COMPILER} -O2 -c ${file} -o ${file}.o COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${NM} --undefined-only --format=just-symbols ${file}.o
                  OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" symbols "${symbols}")
  list(REMOVE_ITEM symbols memcpy memset)
  if(symbols)
    message(FATAL_ERROR "${file}: undefined ${symbols}")
  endif()
endforeach()
